// Package lang holds the languages that Parley speaks. The program is written
// in English sentences, and those are the keys of a catalogue: a format string
// of package fmt stands for its counterpart in the other language, which takes
// the same arguments, in another order where it has to ("%[2]s"). What the
// catalogue does not know is said in English.
//
// Numbers stay as fmt prints them: references such as #ops:1042 are made of
// them, so none is ever grouped or written in other digits.
package lang
