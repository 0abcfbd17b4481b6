package web

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	// maxSide and maxPixels bound the images that are shown: a browser takes four bytes a pixel for one, whatever the size of
	// the file. Cameras of telephones make up to 50 million.
	maxSide   = 16 << 10
	maxPixels = 64 << 20
	// maxMeta is how much of a file is looked at for its size in pixels. Before that stand what the camera noted, a preview, and a profile of colours.
	maxMeta = 1 << 20
)

// formats are the images that browsers show and that hold no script, by how their content begins.
var formats = []struct {
	media, magic string
	size         func(io.Reader) (image.Config, error)
}{
	{"image/png", "\x89PNG\r\n\x1a\n", png.DecodeConfig},
	{"image/jpeg", "\xff\xd8\xff", jpeg.DecodeConfig},
	{"image/gif", "GIF87a", gif.DecodeConfig},
	{"image/gif", "GIF89a", gif.DecodeConfig},
	{"image/webp", "RIFF", webpConfig},
}

// picture is the media type of a file by its content; false if it is no image that may be shown.
func picture(f io.ReaderAt, size int64) (media string, ok bool) {
	var head [8]byte
	n, _ := f.ReadAt(head[:], 0) // what is not read is no image
	for _, format := range formats {
		if !bytes.HasPrefix(head[:n], []byte(format.magic)) {
			continue
		}
		c, err := format.size(io.NewSectionReader(f, 0, min(size, maxMeta)))
		return format.media, err == nil && c.Width > 0 && c.Height > 0 && c.Width <= maxSide && c.Height <= maxSide && c.Width*c.Height <= maxPixels
	}
	return "", false
}

// webpConfig reads the size of a WebP image from its first chunk: a lossy or a lossless image, or what says of both
// and of an animation how large they are (developers.google.com/speed/webp/docs/riff_container).
func webpConfig(r io.Reader) (c image.Config, err error) {
	var b [30]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return c, err
	}
	if string(b[8:12]) != "WEBP" {
		return c, image.ErrFormat
	}
	switch string(b[12:16]) {
	case "VP8 ":
		if b[20]&1 != 0 || string(b[23:26]) != "\x9d\x01\x2a" { // a key frame begins so
			return c, image.ErrFormat
		}
		c.Width, c.Height = int(binary.LittleEndian.Uint16(b[26:])&0x3fff), int(binary.LittleEndian.Uint16(b[28:])&0x3fff)
	case "VP8L":
		if b[20] != 0x2f {
			return c, image.ErrFormat
		}
		bits := binary.LittleEndian.Uint32(b[21:])
		c.Width, c.Height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
	case "VP8X":
		three := func(p []byte) int { return int(p[0]) | int(p[1])<<8 | int(p[2])<<16 }
		c.Width, c.Height = three(b[24:])+1, three(b[27:])+1
	default:
		return c, image.ErrFormat
	}
	return c, nil
}
