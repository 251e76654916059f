package main

// Programs under measurement: started on a terminal of their own, watched from
// /proc, ended by their process id.

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type process struct {
	cmd   *exec.Cmd
	start time.Time
	tty   *os.File

	lock    sync.Mutex
	changed *sync.Cond
	screen  *screen
	last    time.Time // when the newest bytes came
	bytes   int64
	over    bool
}

func openTerminal(rows, cols uint16) (*os.File, *os.File, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	var n, unlocked uint32
	size := [4]uint16{rows, cols}
	control, err := master.SyscallConn()
	if err != nil {
		return nil, nil, err
	}
	control.Control(func(fd uintptr) {
		syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCSPTLCK, uintptr(unsafe.Pointer(&unlocked)))
		syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGPTN, uintptr(unsafe.Pointer(&n)))
		syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size)))
	})
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	return master, slave, err
}

// startScreen runs a program on a terminal of 200x50.
func startScreen(env []string, name string, args ...string) (*process, error) {
	master, slave, err := openTerminal(50, 200)
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	p := &process{cmd: exec.Command(name, args...), tty: master, screen: newScreen(50, 200)}
	p.changed = sync.NewCond(&p.lock)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8"), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	p.start = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.read()
	return p, nil
}

func (p *process) read() {
	buf := make([]byte, 1<<16)
	for {
		n, err := p.tty.Read(buf)
		now := time.Now()
		p.lock.Lock()
		if err != nil {
			p.over = true
		} else {
			p.screen.feed(buf[:n])
			p.last = now
			p.bytes += int64(n)
		}
		answers := p.screen.answers
		p.screen.answers = nil
		p.lock.Unlock()
		p.changed.Broadcast()
		if err != nil {
			return
		}
		p.tty.Write(answers)
	}
}

// until waits for the screen to be so, and says when the bytes came that made it so.
func (p *process) until(limit time.Duration, so func(*screen) bool) (time.Time, bool) {
	deadline := time.Now().Add(limit)
	alarm := time.AfterFunc(limit, p.changed.Broadcast)
	defer alarm.Stop()
	p.lock.Lock()
	defer p.lock.Unlock()
	for !so(p.screen) {
		if p.over || !time.Now().Before(deadline) {
			return time.Now(), false
		}
		p.changed.Wait()
	}
	return p.last, true
}

func (p *process) untilText(limit time.Duration, pattern string) (time.Time, bool) {
	re := regexp.MustCompile(pattern)
	return p.until(limit, func(s *screen) bool { return re.MatchString(s.text()) })
}

func (p *process) text() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.screen.text()
}

func (p *process) keys(keys string) { io.WriteString(p.tty, keys) }

// end asks, then insists; the process is ours, by its id.
func (p *process) end() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	alarm := time.AfterFunc(2*time.Second, func() { p.cmd.Process.Kill() })
	p.cmd.Wait()
	alarm.Stop()
	if p.tty != nil {
		p.tty.Close()
	}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// startPipe runs a program that speaks lines and ends with its standard input.
func startPipe(env []string, name string, args ...string) (*process, *bufio.Scanner, io.WriteCloser, error) {
	p := &process{cmd: exec.Command(name, args...), start: time.Now()}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	return p, bufio.NewScanner(out), in, p.cmd.Start()
}

// ---- /proc ----

func status(pid int, key string) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, key+":"); ok {
			n, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return n
		}
	}
	return 0
}

func rss(pid int) float64  { return status(pid, "VmRSS") / 1024 } // MiB
func peak(pid int) float64 { return status(pid, "VmHWM") / 1024 }

// cpu is what the process has used, in seconds, to the 10 ms of the kernel's clock.
func cpu(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return float64(user+system) / 100
}

func descriptors(pid int) (all, sockets int) {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, _ := os.ReadDir(dir)
	tcp := tcpInodes(pid)
	for _, e := range entries {
		target, _ := os.Readlink(filepath.Join(dir, e.Name()))
		all++
		// The event loop has a descriptor of its own for a socket of libcurl's.
		if inode, ok := strings.CutPrefix(target, "socket:["); ok && tcp[strings.TrimSuffix(inode, "]")] {
			delete(tcp, strings.TrimSuffix(inode, "]"))
			sockets++
		}
	}
	return
}

func tcpInodes(pid int) map[string]bool {
	found := map[string]bool{}
	for _, name := range []string{"tcp", "tcp6"} {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, name))
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 {
				found[f[9]] = true
			}
		}
	}
	return found
}

func threads(pid int) []string {
	var names []string
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/comm", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		names = append(names, strings.TrimSpace(string(text)))
	}
	return names
}

// idle waits until the process uses less than 2 % of a core.
func idle(pid int, limit time.Duration) {
	deadline := time.Now().Add(limit)
	for time.Now().Before(deadline) {
		before := cpu(pid)
		time.Sleep(500 * time.Millisecond)
		if cpu(pid)-before <= 0.01 {
			return
		}
	}
}
