package cache

import (
	"path/filepath"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

// believes tells what is kept under State.
func believes(t *testing.T, state string) bool {
	t.Helper()
	log, said := quiet()
	c := keeping(t, newAccount(300, 0), state, log)
	defer c.Close()
	doubted, _ := c.index(contacts).belief.state()
	if said.Len() > 0 {
		t.Errorf("%s", said)
	}
	return !doubted
}

func TestWhatAPersonFoundOut(t *testing.T) {
	state := filepath.Join(t.TempDir(), "me")
	account := "me"
	if !believes(t, state) {
		t.Error("records are not believed to begin with")
	}
	for _, told := range []bool{false, true, false} {
		if err := KeepUploads(state, account, contacts, told); err != nil {
			t.Fatal(err)
		}
		if got := believes(t, state); got != told {
			t.Errorf("it believes %t, want %t", got, told)
		}
	}
	// Nothing else is believed of a module that was never listed.
	log, _ := quiet()
	c := keeping(t, newAccount(300, 0), state, log)
	if whole, _ := c.index(contacts).state(); whole != nil {
		t.Errorf("it is taken for listed, with %d records", whole.size)
	}
	listed(t, c, 300)
	c.Close()
	if believes(t, state) {
		t.Error("a listing made it forget")
	}
}

// What is found out while a module is in use is not lost when its index is
// written, nor is the index.
func TestWhatAPersonFoundOutMeanwhile(t *testing.T) {
	state := filepath.Join(t.TempDir(), "me")
	log, _ := quiet()
	c := keeping(t, newAccount(300, 0), state, log)
	listed(t, c, 300)
	c.index(contacts).save(c)
	if err := KeepUploads(state, "me", contacts, false); err != nil {
		t.Fatal(err)
	}
	k, err := readIndex(IndexFile(state, contacts), "me", contacts)
	if err != nil || k.whole.size != 300 {
		t.Fatalf("%+v, %v", k.whole, err)
	}
	c.Close()
	if believes(t, state) {
		t.Error("it was overwritten")
	}
	if err := KeepUploads(filepath.Join("/dev/null", "me"), "", bigin.Contacts, true); err == nil {
		t.Error("it was kept nowhere")
	}
}
