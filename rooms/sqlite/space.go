package sqlite

import (
	"context"
	"path/filepath"

	"parley/rooms"
)

// Space implements rooms.Store: the volume is that of the database and its log.
func (s *Store) Space(ctx context.Context) (left rooms.Space, err error) {
	size, free := volume(filepath.Dir(s.path))
	if size == 0 {
		return rooms.Space{}, ctx.Err()
	}
	left = rooms.Space{Size: size, Free: free}
	err = s.view(ctx, func(c *conn) error {
		_, err := c.first("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size", func(r row) { left.Holes = r.int(0) })
		return err
	})
	return left, err
}
