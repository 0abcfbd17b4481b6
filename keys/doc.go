// Package keys says who may enter: identities, the public keys and
// certificates that prove them, and the ways for a stranger to become one.
//
// # The model
//
// An identity is a name and the keys that prove it. A file NAME.pub or
// NAME@DEVICE.pub in the folder, in the format of authorized_keys with one or
// more lines, admits its keys as NAME; removing the file, or the line, revokes
// them. The folder is watched: both happen without a restart, and whoever is
// connected with a revoked key is told to the subscriber of Revoked at once.
//
// A certificate signed by a trusted CA is an identity too: its principals are
// the names that it may use. A CA is trusted to name anybody, so the principal
// alice is the identity of alice.pub, role and all. A deny list holds serials,
// key ids and keys that are refused whatever else says yes.
//
// The key decides who somebody is, the user name of the ssh login does not:
// it only picks a name for a stranger, or one of a certificate's principals.
// An identity is taken from a key only after its signature was verified.
//
// A name once used is never given to another key by the program; the Ledger
// remembers it after its files are gone. Only an operator who drops a file
// into the folder can do that. Not even the key that had the name gets it back
// by itself: the operator took it away.
//
// # What a folder means
//
// What the files say depends on the files and the ledger only, never on the
// order of events, so a restart changes nobody's identity. A bad file never
// keeps another one out; each is named in a logged sentence and in Problems.
// Not let in are: lines with options, since a restricted key must not enter
// without its restriction; DSA keys, and RSA below 2048 bits; files that
// others may write to, that are larger than 64 KiB, that are no regular files,
// or that are links out of the folder; names that text.ParseName refuses, and
// names that look like another one (see resolve), where the ledger says which
// was first and otherwise neither is let in. A key under two names proves the
// one that the ledger has with it as its first key, or none.
//
// A file that is being written in place keeps the keys that it had for half a
// second. A file that cannot be read because the machine is out of something
// keeps them for as long as that lasts. A folder that is removed revokes all.
//
// # The owner
//
// The first key to arrive over loopback on a server without any key file, or
// the first known one where there are files, becomes the owner, and so does
// whoever has the OwnerCode. There is one first owner, however many try at
// once. If no owner has a key any more, the code opens the way again; loopback
// alone does not. Owners and admins are the staff (see Role.Governs for who decides about whom);
// the Operator is who works at the machine, and has no key.
//
// Defcon is how far the doors are closed for now: what each level forbids is decided there.
//
// # Who does what
//
// Three goroutines live from Open to Close and sleep while nothing changes: one
// reads what the system says has changed, one tells the subscribers of Revoked,
// one writes the names of new files into the ledger. Readers of the folder
// never wait for the ledger, so a stuck store keeps no revoked key alive.
//
// The folder is also where this package's source lives in the repository:
// the default config of a checkout keeps identities beside it.
package keys
