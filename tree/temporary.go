package tree

import (
	"context"
	"regexp"
	"strings"

	"parley/text"
)

// temporary matches the names that programs write a file under which they rename, or move the old file away to, or try a folder with.
// https://github.com/RsyncProject/rsync receiver.c (get_tmpname), glib gfile (g_file_replace), Vim fileio (buf_write), GNU sed, and the manuals
// of rclone (--partial-suffix), WinSCP (TransferResumeSupport), KIO, wget2, curl and LibreOffice.
var temporary = regexp.MustCompile(`^(` + strings.Join([]string{
	`\..+\.[0-9A-Za-z]{6}`,                     // .NAME.a1B2c3: rsync
	`\.(goutputstream-|giosave)[0-9A-Za-z]{6}`, // GNOME
	`.+\.(part|partial|filepart|crdownload)`,   // NAME.filepart: WinSCP; NAME.HASH.partial: rclone; NAME.part: KIO, browsers
	`.+\.(tmp|bck)`,                            // LibreOffice, Helix and many others
	`.+~`,                                      // the copy that Vim and Emacs keep while they write
	`4913|5036|5159`,                           // Vim sees whether it can make a file in a folder
	`sed[0-9A-Za-z]{6}`,                        // sed -i
}, `|`) + `)$`)

// saved matches what Qt (QSaveFile, Kate among others) writes a file under, which any other file may be called too.
var saved = regexp.MustCompile(`^(.+)\.[A-Za-z]{6}$`)

// waits reports whether a file of that name is held back until it is renamed.
func (t *tree) waits(ctx context.Context, p *place) bool {
	name := p.name.String()
	if temporary.MatchString(name) {
		return true
	}
	stem := saved.FindStringSubmatch(name)
	if stem == nil {
		return false
	}
	of, err := text.FileName(stem[1])
	if err != nil {
		return false
	}
	e, err := t.Rooms.FileNamed(ctx, t.Actor, p.room.ID, of)
	return err == nil && e.Author == t.Actor.Name
}
