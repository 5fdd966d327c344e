package bigin

import "time"

// turns are what a limiter holds of a Quota. The zero value is that of a limiter
// on its own. The limiter's lock guards it.
type turns struct {
	needed bool // each call needs one
	spare  int  // not used yet
	free   int  // calls under way that began without one, when none was needed
	others int  // calls that other clients have under way
}

// take takes a turn for one of the calls that could begin now, if a turn is
// needed, and tells the quota how many more there is use for.
func (t *turns) take(q Quota, calls int) bool {
	if !t.needed {
		return calls > 0
	}
	ok := calls > 0 && t.spare > 0
	if ok {
		t.spare--
		calls--
	}
	q.Want(max(0, calls-t.spare))
	return ok
}

// giveBack returns the turn of a call that is over.
func (t *turns) giveBack(q Quota) {
	switch {
	case !t.needed:
	case t.free > 0:
		t.free--
	default:
		q.Return(1)
	}
}

// began tells the quota that a call was made.
func (l *limiter) began() {
	if l.quota != nil {
		l.quota.Began()
	}
}

// member is the limiter as its Quota sees it.
type member struct{ l *limiter }

func (m member) Together() {
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	m.l.turns = turns{needed: true, free: m.l.inFlight}
	m.l.grant()
}

func (m member) Granted(n int) {
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	t := &m.l.turns
	if !t.needed {
		return
	}
	t.spare += n
	m.l.grant()
	if t.spare > 0 {
		m.l.quota.Return(t.spare)
		t.spare = 0
	}
}

func (m member) Alone(atOnce int) {
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	m.l.turns = turns{}
	m.l.limit = min(max(atOnce, 1), m.l.max)
	m.l.grant()
}

func (m member) Credits(left int, asOf time.Time, others int) {
	m.l.credits.hear(left, asOf)
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	if m.l.turns.needed {
		m.l.turns.others = others
	}
	m.l.refuse()
	m.l.grant()
}
