// Package index finds messages by the words in them. It knows no rooms, no
// people and no SQL: it turns a stretch of a log into a block of bytes, and
// finds in such a block.
//
// # The model
//
// A block holds the messages of up to [Span] consecutive seqs of one log: their
// folded texts (text.Fold) one after the other, when each was said, and its
// terms, which are what a query may ask for beside words: who wrote it, whom it
// names. To search is to read: a word is looked for in the joined texts as a
// string, so that it is found wherever it stands, in any language, at any length,
// and a phrase is no different from a word.
//
// In front of a block stands its filter, a Bloom filter of the runs of one, two
// and three characters in its texts and of its terms. What is not in there is
// certainly not in the block, so that a search for something rare reads the filters
// and almost no texts.
//
// # Why not FTS5
//
// Measured on the same machine and the same texts (53 bytes each, five
// languages), in one database with synchronous=FULL:
//
//   - FTS5 with its trigram tokenizer takes 25,600 messages a second out of the one
//     connection that writes (39,500 without positions), in merges of up to 280 ms during which
//     nobody can post, and 143 bytes a message. It finds no word of two characters,
//     which is most words of Japanese and Chinese, and cannot answer a negation alone.
//   - Blocks are built beside that connection, 370,000 messages a second, and take 1 µs
//     a message of it and about 90 bytes. Looking through all texts of a million messages takes
//     0.1 s, which is the worst that any query can ask for; a word that
//     there is not takes 10 ms.
//
// The price is that a search for what is common in letters but rare as a word
// takes time in proportion to the log: whoever has a hundred million messages
// gets them in parts (rooms.Found).
package index
