package main

// Rows in an order: the first window, and a turn with changes beside sorting anew.

import (
	"fmt"
	"os/exec"
	"strings"
)

// orderSeries holds what one order took in each run, in milliseconds.
type orderSeries struct{ first, turn, anew series }

func measureOrder() {
	if *order == "" {
		note("order: not built, left out")
		return
	}
	var names []string
	var table, visible series
	orders := map[string]*orderSeries{}
	for range *runs {
		out, err := exec.Command(*order).Output()
		check(err, *order)
		for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
			var name string
			var a, b, c float64
			if _, err := fmt.Sscanf(line, "%s first %f turn %f anew %f", &name, &a, &b, &c); err == nil {
				if orders[name] == nil {
					orders[name], names = &orderSeries{}, append(names, name)
				}
				o := orders[name]
				o.first, o.turn, o.anew = append(o.first, a), append(o.turn, b), append(o.anew, c)
			} else if _, err := fmt.Sscanf(line, "table %f", &a); err == nil {
				table = append(table, a)
			} else if _, err := fmt.Sscanf(line, "visible %f", &a); err == nil {
				visible = append(visible, a)
			} else {
				check(fmt.Errorf("a line %q", line), *order)
			}
		}
	}
	for _, name := range names {
		o := orders[name]
		addLimit("100,000 rows by "+name+", first window", "ms", o.first, 10)
		addRatio("100,000 rows by "+name+", a turn with 8 changes against sorting anew", "ms", o.turn, o.anew, 4)
	}
	addLimit("100,000 objects, cells of 5 columns", "ms", table, 1500)
	addLimit("cells of 50 rows of 20 columns", "ms", visible, 2)
}
