package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// file names the photo of one version of a record.
type file struct {
	module   bigin.Module
	id       bigin.RecordID
	image    uint64
	modified int64 // Unix milliseconds
}

func fileOf(m bigin.Module, r bigin.Record) file {
	return file{m, r.ID, r.Image, r.Modified.UnixMilli()}
}

// shard is the directory of all versions of the record. It holds one record in
// 256, so that it is quick to read even when there are many.
func (f file) shard() string { return fmt.Sprintf("%02x", uint8(f.id)) }

// prefix is how the names of all versions of the record begin.
func (f file) prefix() string { return fmt.Sprintf("%s-%d-", f.module, f.id) }

func (f file) name() string { return fmt.Sprintf("%s%016x-%d", f.prefix(), f.image, f.modified) }

func (f file) path() string { return f.shard() + "/" + f.name() }

const accountPrefix = "photos-"

// accountName is the directory of an account.
func accountName(account string) string {
	sum := sha256.Sum256([]byte("photos of a biginfs account\x00" + account))
	return accountPrefix + hex.EncodeToString(sum[:16])
}

func isAccountName(name string) bool {
	sum, ok := strings.CutPrefix(name, accountPrefix)
	_, err := hex.DecodeString(sum)
	return ok && err == nil && len(sum) == 32
}

// magic begins each file. Its last digit is the format of the rest:
//
//	sum      32 bytes  SHA-256 of all that follows
//	fetched   8        when the photo was downloaded, Unix nanoseconds
//	length    8        of the photo
//	key     2 + n      what the file is: its account, record and version
//	photo
//
// Numbers are big-endian.
const magic = "biginfs photo 1\n"

const fixed = len(magic) + sha256.Size + 8 + 8 + 2 // bytes before the key

var errDamaged = errors.New("not the photo that was written")

// header returns what stands before the photo.
func header(key string, b []byte, fetched time.Time) []byte {
	h := make([]byte, 0, fixed+len(key))
	h = append(h, magic...)
	h = append(h, make([]byte, sha256.Size)...)
	h = binary.BigEndian.AppendUint64(h, uint64(fetched.UnixNano()))
	h = binary.BigEndian.AppendUint64(h, uint64(len(b)))
	h = binary.BigEndian.AppendUint16(h, uint16(len(key)))
	h = append(h, key...)
	sum := sha256.New()
	sum.Write(h[len(magic)+sha256.Size:])
	sum.Write(b)
	sum.Sum(h[:len(magic)])
	return h
}

// parse returns the photo in a file that is to be of that key.
func parse(text []byte, key string) (b []byte, fetched time.Time, err error) {
	start := fixed + len(key)
	if len(text) < start || string(text[:len(magic)]) != magic {
		return nil, fetched, fmt.Errorf("%w: no header", errDamaged)
	}
	sum, rest := text[len(magic):len(magic)+sha256.Size], text[len(magic)+sha256.Size:]
	if got := sha256.Sum256(rest); !bytes.Equal(got[:], sum) {
		return nil, fetched, fmt.Errorf("%w: its sum differs", errDamaged)
	}
	length := binary.BigEndian.Uint64(rest[8:])
	if keyLen := int(binary.BigEndian.Uint16(rest[16:])); keyLen != len(key) || string(text[fixed:start]) != key || length != uint64(len(text)-start) {
		return nil, fetched, fmt.Errorf("%w: it is of another record", errDamaged)
	}
	return text[start:], time.Unix(0, int64(binary.BigEndian.Uint64(rest))), nil
}

// block is what sizes on disk are rounded up to.
const block = 4096

// onDisk is how many bytes of disk a file of that size takes.
func onDisk(size int64) int64 { return (size + block - 1) / block * block }
