// Command peer measures how long one execution of this tuner takes beside AWS Lambda Power Tuning's two, one for each
// architecture, on the emulator, and how long `dualarch tune` takes from the first key to the verdict: the same functions,
// the same memory sizes, one after the other in turns. It is `make bench-peer PEER=<folder>`, where the folder is a checkout of AWS Lambda Power Tuning; nothing of that is kept.
//
// Both siblings are this machine's architecture, so that qemu has no part in it. What both wait for is the emulator's: an
// update takes half a second there, and every invocation starts a process.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dualarch/dualarch/test/emulator"
)

// What is measured: the peer's input in both.
const (
	num    = 5
	rounds = 5
)

var sizes = []int{256, 512, 1024}

func main() {
	checkout := flag.String("checkout", "", "folder of a checkout of AWS Lambda Power Tuning")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, *checkout); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, checkout string) (err error) {
	if checkout == "" {
		return errors.New("no checkout was given; it must be the folder of a checkout of AWS Lambda Power Tuning, as in make bench-peer PEER=<folder>")
	}
	commit, err := exec.CommandContext(ctx, "git", "-C", checkout, "rev-parse", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("asking %s for its commit, which the figure needs: %w", checkout, err)
	}
	e, err := emulator.Start(ctx, emulator.Options{Name: "peer"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Stop()) }()
	proxy, err := withRequestIDs(e.URL)
	if err != nil {
		return err
	}
	defer proxy.Close()
	d, err := deploy(ctx, e, proxy.URL, checkout)
	if err != nil {
		return err
	}
	var ours, theirs, commands, words []time.Duration
	given := fmt.Sprintf(`{"exploration":"adaptive","powerValues":%s,"payload":{}}`, list(sizes))
	for round := range rounds + 1 {
		both := time.Duration(0)
		for _, target := range d.targets {
			took, err := d.execute(ctx, d.peer, fmt.Sprintf(`{"lambdaARN":%q,"num":%d,"powerValues":%s,"payload":{},"strategy":"cost"}`, target, num, list(sizes)))
			if err != nil {
				return fmt.Errorf("AWS Lambda Power Tuning: %w", err)
			}
			both += took
		}
		own, err := d.execute(ctx, d.own, given)
		if err != nil {
			return err
		}
		command, word, err := d.tune(ctx, e, given)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "round %d of %d: %.1f s, by the command %.1f s, beside %.1f s\n", round, rounds, own.Seconds(), command.Seconds(), both.Seconds())
		if round == 0 {
			continue // whatever is done for the first time
		}
		ours, theirs, commands, words = append(ours, own), append(theirs, both), append(commands, command), append(words, word)
	}
	fmt.Printf("# AWS Lambda Power Tuning at %s, medians of %d executions\n", strings.TrimSpace(string(commit)), rounds)
	fmt.Printf("peer.wall_s %.3g s\n", median(theirs).Seconds())
	fmt.Printf("tuner.wall_s %.3g s\n", median(ours).Seconds())
	fmt.Printf("tuner.wall_ratio %.3g ratio\n", median(ours).Seconds()/median(theirs).Seconds())
	fmt.Printf("tune.wall_s %.3g s\n", median(commands).Seconds())
	fmt.Printf("tune.wall_ratio %.3g ratio\n", median(commands).Seconds()/median(theirs).Seconds())
	fmt.Printf("tune.first_word_s %.3g s\n", median(words).Seconds())
	return nil
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// list writes numbers as JSON does.
func list(all []int) string { return strings.ReplaceAll(fmt.Sprint(all), " ", ",") }
