package config

import (
	"fmt"
	"os"
)

// MakeDataFolder makes sure that the data folder is there. A folder that it
// makes is for this user alone (0700): it holds private host keys and private
// conversations. One that is there keeps its mode.
func (c *Config) MakeDataFolder() error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made (%w); make it by hand for the user that runs the server, or set data to another path", c.Data, rootCause(err))
	}
	return nil
}
