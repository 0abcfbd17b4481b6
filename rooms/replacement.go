package rooms

import (
	"context"
	"errors"

	"parley/text"
)

// Replacement is Upload for a file that is moved onto a name: what waits under it, or was cut off there, stays as it is until Commit has
// posted the file, so that a refusal takes nothing away. Both count in the quotas until then. Errors: those of Upload.
func (m *Manager) Replacement(ctx context.Context, who Actor, room ID, name text.Line) (*Upload, error) {
	u, err := m.newUpload(ctx, who, room, name)
	if err != nil {
		return nil, err
	}
	old, err := m.partial(ctx, who, room, name)
	if err != nil && !errors.Is(err, ErrNoFile) {
		return nil, err
	}
	u.replaces = old.ID
	if err := u.begin(); err != nil {
		return nil, err
	}
	return u, nil
}

// replaced drops what a file that is posted now has replaced, unless somebody goes on with it. Were it left, it would be posted in its turn, as the newer one.
func (u *Upload) replaced(ctx context.Context) {
	if u.replaces == 0 || u.m.sweeper.busy(u.replaces) {
		return
	}
	if err := u.m.dropFile(context.WithoutCancel(ctx), u.replaces); err != nil {
		u.m.log.Warn("a file that waited for its name could not be dropped", "room", uint64(u.part.Room), "person", u.who.Name.String(), "error", err)
	}
	u.m.sweeper.soon(sweepSoon)
}
