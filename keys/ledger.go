package keys

import (
	"context"
	"time"

	"parley/text"
)

// Ledger is what must outlive a restart and be shared by all nodes, beside
// the key files themselves. The stores implement it. Errors that are not
// named here mean that the store failed.
type Ledger interface {
	// ClaimName records that a name, and every name with its skeleton, belongs to an
	// identity from now on. A name that is recorded already stays as it is, role and all, and is no error if Fingerprint is
	// its first key or Force is set (an operator's file, a CA's word); otherwise *NameError naming the one that has it.
	ClaimName(ctx context.Context, c NameClaim) error
	// NameOf returns what was claimed first under a skeleton, ok=false for nothing.
	NameOf(ctx context.Context, skeleton string) (NameClaim, bool, error)
	// SetRole changes the server role of a claimed name.
	SetRole(ctx context.Context, name text.Name, role Role) error
	// Claims lists all claims.
	Claims(ctx context.Context) ([]NameClaim, error)

	// PutInvite stores an invite by the SHA-256 of its code.
	PutInvite(ctx context.Context, i InviteRecord) error
	// TakeInvite uses up an invite, atomically: ErrCode if there is none, or it is used or expired at now.
	TakeInvite(ctx context.Context, hash [32]byte, by string, now time.Time) (InviteRecord, error)

	// PutKnock stores a knock; one per fingerprint, at most 500 in all (an error sentence past that).
	PutKnock(ctx context.Context, k Knock) error
	// DeleteKnock removes it; no error if there is none.
	DeleteKnock(ctx context.Context, fingerprint string) error
	// Knocks lists them, oldest first.
	Knocks(ctx context.Context) ([]Knock, error)

	// Fact is what the server remembers of itself under a key, "" for nothing.
	Fact(ctx context.Context, key string) (string, error)
	// SetFact remembers it.
	SetFact(ctx context.Context, key, value string) error
}

// NameClaim is one used name.
type NameClaim struct {
	Name        text.Name
	Role        Role
	Fingerprint string // of the first key
	Time        time.Time
	Force       bool // not stored
}

// InviteRecord is one invite code; the code itself is never stored.
type InviteRecord struct {
	Hash    [32]byte
	By      text.Name
	Made    time.Time
	Expires time.Time
	UsedBy  string // fingerprint, "" while unused
}
