package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"parley/keys"
	"parley/text"
)

// maxKnocks bounds what strangers can make the server keep.
const maxKnocks = 500

const selectNames = "SELECT name, role, fingerprint, time FROM names "

func readClaim(r row) (keys.NameClaim, error) {
	name, err := names(nil).read(r.text(0))
	return keys.NameClaim{
		Name: name, Role: keys.Role(r.text(1)), Fingerprint: r.text(2), Time: time.UnixMilli(r.int(3)).UTC(),
	}, err
}

// ledgerError says what could not be done when the database failed.
func (s *Store) ledgerError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the database %s cannot keep identities: %w", s.path, err)
}

// ClaimName implements keys.Ledger. What is recorded already stays as it is.
// Force makes no second name of a skeleton: only one of two names that look
// alike can be in use, so only one is recorded.
func (s *Store) ClaimName(ctx context.Context, claim keys.NameClaim) error {
	var refused error
	err := s.update(ctx, func(c *conn) error {
		var known keys.NameClaim
		err := c.query(ctx, selectNames+"WHERE skeleton = ?1 OR name = ?2 ORDER BY name = ?2", func(r row) (err error) {
			known, err = readClaim(r)
			return err
		}, claim.Name.Skeleton(), claim.Name.String())
		switch {
		case err != nil:
			return s.ledgerError(err)
		case known.Name == claim.Name && (claim.Force || known.Fingerprint == claim.Fingerprint):
			return nil
		case !known.Name.IsZero():
			refused = nameTaken(claim.Name, known.Name)
			return nil
		}
		_, err = c.exec(context.Background(), "INSERT INTO names (name, skeleton, role, fingerprint, time) VALUES (?, ?, ?, ?, ?)",
			claim.Name.String(), claim.Name.Skeleton(), string(claim.Role), claim.Fingerprint, claim.Time.UnixMilli())
		return s.ledgerError(err)
	})
	if err != nil {
		return err
	}
	return refused
}

func nameTaken(name, by text.Name) *keys.NameError {
	if name == by {
		return &keys.NameError{Name: name.String(), Reason: fmt.Sprintf("the name %s belongs to somebody already: choose another", name)}
	}
	return &keys.NameError{Name: by.String(), Reason: fmt.Sprintf("the name %s looks like %s, which belongs to somebody already: choose another", name, by)}
}

// NameOf implements keys.Ledger.
func (s *Store) NameOf(ctx context.Context, skeleton string) (claim keys.NameClaim, ok bool, err error) {
	list, err := s.claims(ctx, "WHERE skeleton = ?", skeleton)
	if err != nil || len(list) == 0 {
		return keys.NameClaim{}, false, err
	}
	return list[0], true, nil
}

// Claims implements keys.Ledger, by name.
func (s *Store) Claims(ctx context.Context) ([]keys.NameClaim, error) {
	return s.claims(ctx, "ORDER BY name")
}

func (s *Store) claims(ctx context.Context, where string, args ...any) ([]keys.NameClaim, error) {
	var list []keys.NameClaim
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectNames+where, func(r row) error {
			claim, err := readClaim(r)
			list = append(list, claim)
			return err
		}, args...)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// SetRole implements keys.Ledger.
func (s *Store) SetRole(ctx context.Context, name text.Name, role keys.Role) error {
	found := false
	err := s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "UPDATE names SET role = ? WHERE name = ?", string(role), name.String())
		found = n > 0
		return s.ledgerError(err)
	})
	if err == nil && !found {
		return &keys.NameError{Name: name.String(), Reason: fmt.Sprintf("nobody has the name %s: check the spelling", name)}
	}
	return err
}

// PutInvite implements keys.Ledger.
func (s *Store) PutInvite(ctx context.Context, i keys.InviteRecord) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "INSERT INTO invites (hash, by, made, expires, used_by) VALUES (?, ?, ?, ?, ?)",
			i.Hash[:], i.By.String(), i.Made.UnixMilli(), i.Expires.UnixMilli(), i.UsedBy)
		return s.ledgerError(err)
	})
}

// TakeInvite implements keys.Ledger.
func (s *Store) TakeInvite(ctx context.Context, hash [32]byte, by string, now time.Time) (keys.InviteRecord, error) {
	i := keys.InviteRecord{Hash: hash, UsedBy: by}
	if by == "" {
		return keys.InviteRecord{}, errors.New("an invite can only be used up by a key: its fingerprint is missing")
	}
	refused := false
	err := s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "UPDATE invites SET used_by = ? WHERE hash = ? AND used_by = '' AND expires > ?",
			by, hash[:], now.UnixMilli())
		if refused = n == 0; refused || err != nil {
			return s.ledgerError(err)
		}
		var fail error
		_, err = c.first("SELECT by, made, expires FROM invites WHERE hash = ?", func(r row) {
			i.By, fail = names(nil).read(r.text(0))
			i.Made, i.Expires = time.UnixMilli(r.int(1)).UTC(), time.UnixMilli(r.int(2)).UTC()
		}, hash[:])
		return s.ledgerError(errors.Join(err, fail))
	})
	if err == nil && refused {
		err = keys.ErrCode
	}
	if err != nil {
		return keys.InviteRecord{}, err
	}
	return i, nil
}

// PutKnock implements keys.Ledger. Who knocks again keeps the place in the queue.
func (s *Store) PutKnock(ctx context.Context, k keys.Knock) error {
	full, addr := false, ""
	if k.From.IsValid() {
		addr = k.From.String()
	}
	err := s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), `INSERT INTO knocks (fingerprint, name, key, addr, time) SELECT ?1, ?2, ?3, ?4, ?5
			WHERE (SELECT count(*) FROM knocks WHERE fingerprint <> ?1) < ?6
			ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name, key = excluded.key, addr = excluded.addr`,
			k.Fingerprint, k.Name.String(), k.Key, addr, k.Time.UnixMilli(), int64(maxKnocks))
		full = err == nil && n == 0
		return s.ledgerError(err)
	})
	if err == nil && full {
		return fmt.Errorf("%d people wait to be let in already: ask somebody inside for an invite code", maxKnocks)
	}
	return err
}

// DeleteKnock implements keys.Ledger.
func (s *Store) DeleteKnock(ctx context.Context, fingerprint string) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "DELETE FROM knocks WHERE fingerprint = ?", fingerprint)
		return s.ledgerError(err)
	})
}

// Knocks implements keys.Ledger.
func (s *Store) Knocks(ctx context.Context) ([]keys.Knock, error) {
	var list []keys.Knock
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT fingerprint, name, key, addr, time FROM knocks ORDER BY time, fingerprint", func(r row) error {
			name, err := names(nil).read(r.text(1))
			k := keys.Knock{Fingerprint: r.text(0), Name: name, Key: r.text(2), Time: time.UnixMilli(r.int(4)).UTC()}
			if addr, err := netip.ParseAddr(r.text(3)); err == nil {
				k.From = addr
			}
			list = append(list, k)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Fact implements keys.Ledger.
func (s *Store) Fact(ctx context.Context, key string) (value string, err error) {
	err = s.view(ctx, func(c *conn) error {
		_, err := c.first("SELECT value FROM facts WHERE key = ?", func(r row) { value = r.text(0) }, key)
		return err
	})
	return value, err
}

// SetFact implements keys.Ledger.
func (s *Store) SetFact(ctx context.Context, key, value string) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
		if err != nil {
			return fmt.Errorf("the database %s cannot remember %s: %w", s.path, key, err)
		}
		return nil
	})
}
