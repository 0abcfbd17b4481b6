// Command parley serves chat over ssh. This package is the only one that
// knows which store, bus and faces run; everything else is wired here.
package main

import (
	"os"
	_ "time/tzdata" // people name zones, and the machine may not have the database
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
