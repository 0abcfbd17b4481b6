package text

import "strconv"

// Bytes is a size in bytes for people to read: "812 bytes", "47.1 KiB", "1 GiB".
func Bytes(n int64) string {
	const units = "KMGTPE"
	if n < 1<<10 {
		if n == 1 {
			return "1 byte"
		}
		return strconv.FormatInt(n, 10) + " bytes"
	}
	size, unit := float64(n)/(1<<10), 0
	for size >= 1<<10-0.05 { // what would be written as 1024.0
		size, unit = size/(1<<10), unit+1
	}
	s := strconv.FormatFloat(size, 'f', 1, 64)
	if size >= 100 {
		s = strconv.FormatFloat(size, 'f', 0, 64)
	}
	if len(s) > 2 && s[len(s)-2:] == ".0" {
		s = s[:len(s)-2]
	}
	return s + " " + units[unit:unit+1] + "iB"
}
