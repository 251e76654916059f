package main

// A terminal as small as two browsers need: cells with their background, fed
// with what a program writes. Colours other than the background are ignored.

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

type cell struct {
	r  rune
	bg int // 0: the default; reverse video is -1
}

type screen struct {
	rows, cols  int
	cells       [][]cell
	y, x        int
	savedY      int
	savedX      int
	top, bottom int
	bg          int
	reverse     bool
	wrap        bool // the next character goes to the next line
	last        rune
	rest        []byte // the beginning of a sequence
	answers     []byte // what the terminal says back
}

func newScreen(rows, cols int) *screen {
	s := &screen{rows: rows, cols: cols, bottom: rows - 1}
	for range rows {
		s.cells = append(s.cells, make([]cell, cols))
	}
	s.erase(0, 0, rows-1, cols-1)
	return s
}

func (s *screen) background() int {
	if s.reverse {
		return -1
	}
	return s.bg
}

func (s *screen) erase(y0, x0, y1, x1 int) {
	for y := y0; y <= y1; y++ {
		from, to := 0, s.cols-1
		if y == y0 {
			from = x0
		}
		if y == y1 {
			to = x1
		}
		for x := from; x <= to; x++ {
			s.cells[y][x] = cell{' ', s.bg}
		}
	}
}

func (s *screen) line(y int) string {
	var b strings.Builder
	for _, c := range s.cells[y] {
		b.WriteRune(c.r)
	}
	return strings.TrimRight(b.String(), " ")
}

func (s *screen) text() string {
	lines := make([]string, s.rows)
	for y := range lines {
		lines[y] = s.line(y)
	}
	return strings.Join(lines, "\n")
}

func (s *screen) scroll(top, n int) {
	for ; n > 0; n-- {
		line := s.cells[top]
		copy(s.cells[top:s.bottom], s.cells[top+1:s.bottom+1])
		s.cells[s.bottom] = line
		s.erase(s.bottom, 0, s.bottom, s.cols-1)
	}
	for ; n < 0; n++ {
		line := s.cells[s.bottom]
		copy(s.cells[top+1:s.bottom+1], s.cells[top:s.bottom])
		s.cells[top] = line
		s.erase(top, 0, top, s.cols-1)
	}
}

func (s *screen) feed(p []byte) {
	if len(s.rest) > 0 {
		p = append(s.rest, p...)
		s.rest = nil
	}
	for len(p) > 0 {
		n := s.take(p)
		if n == 0 {
			s.rest = append([]byte(nil), p...)
			return
		}
		p = p[n:]
	}
}

// take eats one character or sequence; 0: more bytes are needed.
func (s *screen) take(p []byte) int {
	switch c := p[0]; {
	case c == 0x1b:
		return s.escape(p)
	case c == '\r':
		s.x, s.wrap = 0, false
	case c == '\n':
		s.down()
	case c == '\b':
		s.x, s.wrap = max(s.x-1, 0), false
	case c == '\t':
		s.x = min((s.x/8+1)*8, s.cols-1)
	case c < 0x20:
	default:
		if !utf8.FullRune(p) {
			return 0
		}
		r, n := utf8.DecodeRune(p)
		s.put(r)
		return n
	}
	return 1
}

func (s *screen) down() {
	if s.y == s.bottom {
		s.scroll(s.top, 1)
	} else {
		s.y = min(s.y+1, s.rows-1)
	}
}

func (s *screen) put(r rune) {
	if s.wrap {
		s.x, s.wrap = 0, false
		s.down()
	}
	s.cells[s.y][s.x] = cell{r, s.background()}
	s.last = r
	if s.x == s.cols-1 {
		s.wrap = true
	} else {
		s.x++
	}
}

func (s *screen) escape(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	switch p[1] {
	case '[':
		for i := 2; i < len(p); i++ {
			if p[i] >= 0x40 && p[i] <= 0x7e {
				s.csi(string(p[2:i]), p[i])
				return i + 1
			}
		}
		return 0
	case ']', 'P', '_', '^':
		for i := 2; i < len(p); i++ {
			if p[i] == 7 || p[i] == '\\' && p[i-1] == 0x1b {
				s.query(string(p[2:i]))
				return i + 1
			}
		}
		return 0
	case '(', ')':
		if len(p) < 3 {
			return 0
		}
		return 3
	case '7':
		s.savedY, s.savedX = s.y, s.x
	case '8':
		s.y, s.x, s.wrap = s.savedY, s.savedX, false
	case 'M':
		if s.y == s.top {
			s.scroll(s.top, -1)
		} else {
			s.y = max(s.y-1, 0)
		}
	}
	return 2
}

func (s *screen) query(osc string) {
	if strings.HasPrefix(osc, "11;?") {
		s.answers = append(s.answers, "\x1b]11;rgb:0000/0000/0000\x1b\\"...)
	} else if strings.HasPrefix(osc, "10;?") {
		s.answers = append(s.answers, "\x1b]10;rgb:ffff/ffff/ffff\x1b\\"...)
	}
}

func (s *screen) csi(params string, final byte) {
	if strings.HasPrefix(params, "?") || strings.HasPrefix(params, ">") || strings.HasPrefix(params, "=") {
		s.private(params, final)
		return
	}
	args := strings.Split(params, ";")
	arg := func(i, absent int) int {
		if i < len(args) {
			if n, err := strconv.Atoi(args[i]); err == nil && n > 0 {
				return n
			}
		}
		return absent
	}
	n := arg(0, 1)
	if final != 'm' && final != 'b' {
		s.wrap = false
	}
	switch final {
	case 'A':
		s.y = max(s.y-n, 0)
	case 'B', 'e':
		s.y = min(s.y+n, s.rows-1)
	case 'C', 'a':
		s.x = min(s.x+n, s.cols-1)
	case 'D':
		s.x = max(s.x-n, 0)
	case 'G', '`':
		s.x = min(n, s.cols) - 1
	case 'd':
		s.y = min(n, s.rows) - 1
	case 'H', 'f':
		s.y, s.x = min(n, s.rows)-1, min(arg(1, 1), s.cols)-1
	case 'J':
		s.eraseScreen(arg(0, 0))
	case 'K':
		s.eraseLine(arg(0, 0))
	case 'X':
		s.erase(s.y, s.x, s.y, min(s.x+n, s.cols)-1)
	case 'L':
		s.scroll(s.y, -min(n, s.rows))
	case 'M':
		s.scroll(s.y, min(n, s.rows))
	case 'S':
		s.scroll(s.top, min(n, s.rows))
	case 'T':
		s.scroll(s.top, -min(n, s.rows))
	case 'P':
		line := s.cells[s.y]
		n = min(n, s.cols-s.x)
		copy(line[s.x:], line[s.x+n:])
		s.erase(s.y, s.cols-n, s.y, s.cols-1)
	case '@':
		line := s.cells[s.y]
		n = min(n, s.cols-s.x)
		copy(line[s.x+n:], line[s.x:])
		s.erase(s.y, s.x, s.y, s.x+n-1)
	case 'b':
		for range n {
			s.put(s.last)
		}
	case 'r':
		s.top, s.bottom = n-1, min(arg(1, s.rows), s.rows)-1
		s.y, s.x = 0, 0
	case 'm':
		s.attributes(args)
	case 'c':
		s.answers = append(s.answers, "\x1b[?62;c"...)
	case 'n':
		s.answers = append(s.answers, "\x1b[1;1R"...)
	}
}

func (s *screen) private(params string, final byte) {
	switch {
	case final == 'u' && params == "?":
		s.answers = append(s.answers, "\x1b[?0u"...)
	case (final == 'h' || final == 'l') && params == "?1049":
		s.bg, s.reverse = 0, false
		s.erase(0, 0, s.rows-1, s.cols-1)
	}
}

func (s *screen) eraseScreen(how int) {
	switch how {
	case 0:
		s.erase(s.y, s.x, s.rows-1, s.cols-1)
	case 1:
		s.erase(0, 0, s.y, s.x)
	default:
		s.erase(0, 0, s.rows-1, s.cols-1)
	}
}

func (s *screen) eraseLine(how int) {
	switch how {
	case 0:
		s.erase(s.y, s.x, s.y, s.cols-1)
	case 1:
		s.erase(s.y, 0, s.y, s.x)
	default:
		s.erase(s.y, 0, s.y, s.cols-1)
	}
}

func (s *screen) attributes(args []string) {
	for i := 0; i < len(args); i++ {
		n, _ := strconv.Atoi(args[i])
		switch {
		case n == 0:
			s.bg, s.reverse = 0, false
		case n == 7:
			s.reverse = true
		case n == 27:
			s.reverse = false
		case n >= 40 && n <= 47:
			s.bg = n - 39
		case n == 49:
			s.bg = 0
		case (n == 38 || n == 48) && i+1 < len(args):
			skip := 2
			if args[i+1] == "2" {
				skip = 4
			}
			if n == 48 && i+skip < len(args) {
				value, _ := strconv.Atoi(args[i+skip])
				s.bg = 1000 + value
			}
			i += skip
		}
	}
}

// cursorRow is the one row from y0 on whose cell at x is coloured; -1: none or several.
func (s *screen) cursorRow(y0, y1, x int) int {
	found := -1
	for y := y0; y < y1; y++ {
		if s.cells[y][x].bg == 0 {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = y
	}
	return found
}
