// Package keys says who may enter: identities, the public keys and
// certificates that prove them, and the ways for a stranger to become one.
//
// # The model
//
// An identity is a name and the keys that prove it. A file NAME.pub or
// NAME@DEVICE.pub in the folder, in the format of authorized_keys with one or
// more lines, admits its keys as NAME; removing the file revokes them. The
// folder is watched: both happen without a restart, and whoever is connected
// with a revoked key is told to the subscriber of Revoked at once.
//
// A certificate signed by a trusted CA is an identity too: its principals are
// the names that it may use. A deny list holds serials and keys that are
// refused whatever else says yes.
//
// The key decides who somebody is, the user name of the ssh login does not:
// it only picks a name for a stranger, or one of a certificate's principals.
// An identity is taken from a key only after its signature was verified.
//
// A name once used is never given to another key by the program; the Ledger
// remembers it after its files are gone. Only an operator who drops a file
// into the folder can do that.
//
// The folder is also where this package's source lives in the repository:
// the default config of a checkout keeps identities beside it.
package keys
