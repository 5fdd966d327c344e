package fs

import (
	"fmt"
	"log/slog"
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
	ByName     bool                   // show the directory of links with the names of records
	Log        *slog.Logger           // nil discards
	Status     func([]Failure) []byte // value of StatusAttr of the root, told the last failures; nil for none
}

// tree is what all nodes share.
type tree struct {
	Options
	mounted  time.Time
	failures failures
}

func photoPath(m bigin.Module, id bigin.RecordID) string {
	return fmt.Sprintf("/%s/%s/%s", m, id, photoName)
}

func recordPath(m bigin.Module, id bigin.RecordID) string { return fmt.Sprintf("/%s/%s", m, id) }
