package fs

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Options say what is mounted and how it looks. Backend is required.
type Options struct {
	Backend    Backend
	AttrTTL    time.Duration          // life of what is known of a record
	ContentTTL time.Duration          // life of a photo
	Timeout    time.Duration          // of one operation
	UID, GID   uint32                 // owner of all files
	AllowOther bool                   // let other users in
	ByName     ByName                 // what by-name holds
	Log        *slog.Logger           // nil discards
	Status     func([]Failure) []byte // value of StatusAttr of the root, told the last failures; nil for none

	Refresh func(context.Context) []byte // renews what is known, and returns the value of RefreshAttr; nil for none
}

// ByName says what the directory by-name holds.
type ByName int

// The choices for by-name.
const (
	NoNames   ByName = iota // there is no such directory
	NameLinks               // symbolic links to the photos
	NameFiles               // the photos themselves, under a second name
)

// tree is what all nodes share.
type tree struct {
	Options
	mounted  time.Time
	failures failures
	records  atomic.Uint64 // counts the nodes of records

	// Made once, before the kernel asks for anything.
	modules map[bigin.Module]*module
	byNames map[bigin.Module]*byName
}

func photoPath(m bigin.Module, id bigin.RecordID) string {
	return fmt.Sprintf("/%s/%s/%s", m, id, photoName)
}

func recordPath(m bigin.Module, id bigin.RecordID) string { return fmt.Sprintf("/%s/%s", m, id) }
