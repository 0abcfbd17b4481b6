package keys

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// sourceAddress is the one critical option that is honoured: the addresses that a certificate may be used from
// (PROTOCOL.certkeys of OpenSSH).
const sourceAddress = "source-address"

// voucher is what is remembered of a certificate that let somebody in.
type voucher struct {
	fingerprint string // of the key inside
	authority   string // fingerprint of the CA
	whole       string // fingerprint of the certificate's bytes
	ca          string // the CA's wire form
	serial      uint64
	id          string
	expires     time.Time // zero for never
	sources     string    // the addresses that it may be used from, as sourceAddress lists them; "" for all
}

// newVoucher describes a certificate; it checks nothing.
func newVoucher(c *ssh.Certificate) voucher {
	v := voucher{
		fingerprint: ssh.FingerprintSHA256(c.Key),
		authority:   ssh.FingerprintSHA256(c.SignatureKey),
		whole:       ssh.FingerprintSHA256(c),
		ca:          string(c.SignatureKey.Marshal()),
		serial:      c.Serial,
		id:          c.KeyId,
		sources:     c.CriticalOptions[sourceAddress],
	}
	if c.ValidBefore <= math.MaxInt64 {
		v.expires = time.Unix(int64(c.ValidBefore), 0)
	}
	return v
}

// stands reports whether a certificate that was good once still is.
func (t *trust) stands(v voucher, now time.Time) bool {
	_, known := t.authorities[v.ca]
	return known && !t.denied.voucher(v) && (v.expires.IsZero() || now.Before(v.expires))
}

// certificate checks everything about a user certificate but the place that it is used from, for a login under the
// name user. The name is the principal that user names. Each error is a sentence for the certificate's holder.
func (t *trust) certificate(user string, c *ssh.Certificate, now time.Time) (text.Name, error) {
	if c.CertType != ssh.UserCert {
		return text.Name{}, errors.New("this is a host certificate: offer a user certificate")
	}
	// The CA is looked up before any signature is verified, so that strangers' certificates cost nothing.
	if _, ok := t.authorities[string(c.SignatureKey.Marshal())]; !ok {
		return text.Name{}, errors.New("this certificate is signed by a CA that this server does not trust")
	}
	if why := weakness(c.Key); why != "" {
		return text.Name{}, fmt.Errorf("the key inside this certificate is not accepted: %s", why)
	}
	if c.Signature == nil || c.Signature.Format == ssh.KeyAlgoRSA {
		return text.Name{}, errors.New("this certificate is signed with SHA-1: have it signed again with ssh-keygen -t rsa-sha2-512")
	}
	if t.denied.voucher(newVoucher(c)) {
		return text.Name{}, ErrRevoked
	}
	name, principal, err := pickPrincipal(user, c.ValidPrincipals)
	if err != nil {
		return text.Name{}, err
	}
	if err := inTime(c, now); err != nil {
		return text.Name{}, err
	}
	for o := range c.CriticalOptions {
		if o != sourceAddress {
			return text.Name{}, fmt.Errorf("this certificate has the restriction %s, which is not honoured here, so it is refused", quoted(o))
		}
	}
	checker := ssh.CertChecker{SupportedCriticalOptions: []string{sourceAddress}, Clock: func() time.Time { return now }}
	if err := checker.CheckCert(principal, c); err != nil {
		return text.Name{}, fmt.Errorf("this certificate is not valid: %w", err)
	}
	return name, nil
}

// pickPrincipal finds the principal that the login name means. A certificate without principals would be good for
// every name, so it is good for none.
func pickPrincipal(user string, principals []string) (text.Name, string, error) {
	want, err := text.ParseName(user)
	if err == nil {
		for _, p := range principals {
			if n, err := text.ParseName(p); err == nil && n == want {
				return n, p, nil
			}
		}
	}
	if len(principals) == 0 {
		return text.Name{}, "", errors.New("this certificate names nobody: have it signed again with the name as its principal (ssh-keygen -n NAME)")
	}
	if slices.Contains(principals, user) {
		return text.Name{}, "", fmt.Errorf("this certificate is for %s, which cannot be a name here: %w", quoted(user), err)
	}
	var for4 []string
	for _, p := range principals[:min(len(principals), 4)] {
		for4 = append(for4, quoted(p))
	}
	return text.Name{}, "", fmt.Errorf("this certificate is for %s, not for %s: log in as one it is for", strings.Join(for4, ", "), quoted(user))
}

// quoted is a stranger's word, safe to print.
func quoted(s string) string { return text.Quote(text.NewLine(s, maxComment).String()) }

// inTime checks the window that a certificate is valid in.
func inTime(c *ssh.Certificate, now time.Time) error {
	after, before := c.ValidAfter, c.ValidBefore
	if after > math.MaxInt64 || before > math.MaxInt64 && before != ssh.CertTimeInfinity {
		return errors.New("this certificate's dates make no sense: have it signed again")
	}
	if now.Unix() < int64(after) {
		return fmt.Errorf("this certificate is not valid before %s", time.Unix(int64(after), 0).UTC().Format(time.RFC3339))
	}
	if before != ssh.CertTimeInfinity && now.Unix() >= int64(before) {
		return fmt.Errorf("this certificate expired at %s: get a new one", time.Unix(int64(before), 0).UTC().Format(time.RFC3339))
	}
	return nil
}

// usedFrom checks the addresses that a certificate may be used from.
func usedFrom(c *ssh.Certificate, from netip.Addr) error {
	allowed, limited := c.CriticalOptions[sourceAddress]
	if !limited {
		return nil
	}
	return allowedFrom(allowed, from)
}

// allowedFrom checks an address against a list of sourceAddress.
func allowedFrom(allowed string, from netip.Addr) error {
	from = from.Unmap().WithZone("")
	for a := range strings.SplitSeq(allowed, ",") {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			addr, err := netip.ParseAddr(a)
			if err != nil {
				return fmt.Errorf("this certificate's source-address %s cannot be read, so it is refused", quoted(a))
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		if p.Contains(from) {
			return nil
		}
	}
	return fmt.Errorf("this certificate may not be used from %s", from)
}
