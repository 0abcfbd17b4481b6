package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// signed reports whether every signature that a sender has put into the headers is right: HMAC-SHA256 over the body
// with the secret of the hook's address, which is what to give GitHub or Gitea as the secret of the webhook. A payload without
// one is as good: its sender has the address.
func signed(h http.Header, body []byte, secret string) bool {
	for _, name := range []string{"X-Hub-Signature-256", "X-Gitea-Signature", "X-Forgejo-Signature", "X-Gogs-Signature"} {
		for _, value := range h.Values(name) {
			if value = strings.TrimSpace(value); value == "" && name != "X-Hub-Signature-256" {
				continue // Gitea sends empty ones where no secret is set
			}
			if !hmac.Equal([]byte(strings.ToLower(strings.TrimPrefix(value, "sha256="))), []byte(sign(secret, body))) {
				return false
			}
		}
	}
	return true
}

// sign is the HMAC-SHA256 of a text in hexadecimal.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
