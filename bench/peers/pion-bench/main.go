// Drives pion/sctp for the bench: the same roles, arguments and results as the other peers.
//
//	pion-bench receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS
//
// SCTP packets travel in a connected UDP socket, without the 8 further bytes of any header: pion takes a net.Conn. Its
// packets have 1,228 bytes, which version 1.8.6 does not let one change. A message of one byte says the end.
package main

import (
	"fmt"
	"net"
	"os"
	"sort"
	"strconv"
	"syscall"
	"time"

	"github.com/pion/logging"
	"github.com/pion/sctp"
)

const (
	bufferBytes      = 1 << 20
	warmUpRoundTrips = 500
	stalled          = 5 * time.Second
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "pion-bench:", err)
		os.Exit(1)
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	must(err)
	return value
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func printOneWay(messages, bytes int, seconds, cpu float64) {
	fmt.Printf("{\"messages\":%d,\"bytes\":%d,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", messages, bytes, seconds, cpu)
}

func udpBufferBytes() int {
	if asked := os.Getenv("SCTPKIT_BENCH_UDP_BUFFER"); asked != "" {
		return number(asked)
	}
	return bufferBytes
}

func open(localPort, remotePort int) *net.UDPConn {
	address := func(port int) *net.UDPAddr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port} }
	connection, err := net.DialUDP("udp4", address(localPort), address(remotePort))
	must(err)
	must(connection.SetReadBuffer(udpBufferBytes()))
	must(connection.SetWriteBuffer(udpBufferBytes()))
	return connection
}

func receiveAll(stream *sctp.Stream) {
	buffer := make([]byte, bufferBytes)
	var first, last time.Time
	var cpuAtFirst float64
	messages, bytes := 0, 0
	for {
		length, _, err := stream.ReadSCTP(buffer)
		if err != nil || length == 1 {
			break
		}
		last = time.Now()
		if messages == 0 {
			first = last
			cpuAtFirst = cpuSeconds()
		}
		messages++
		bytes += length
	}
	printOneWay(messages, bytes, last.Sub(first).Seconds(), cpuSeconds()-cpuAtFirst)
}

// drain waits until everything is acknowledged, or until nothing has been for a while.
func drain(stream *sctp.Stream) {
	left := stream.BufferedAmount()
	for since := time.Now(); left > 0 && time.Since(since) < stalled; time.Sleep(10 * time.Millisecond) {
		if now := stream.BufferedAmount(); now != left {
			left, since = now, time.Now()
		}
	}
}

func sendFor(stream *sctp.Stream, message []byte, limit time.Duration) {
	hasRoom := make(chan struct{}, 1)
	stream.SetBufferedAmountLowThreshold(bufferBytes / 2)
	stream.OnBufferedAmountLow(func() {
		select {
		case hasRoom <- struct{}{}:
		default:
		}
	})
	start, cpuAtStart, messages := time.Now(), cpuSeconds(), 0
	for time.Since(start) < limit {
		_, err := stream.WriteSCTP(message, sctp.PayloadTypeWebRTCBinary)
		must(err)
		messages++
		if stream.BufferedAmount() > bufferBytes {
			select {
			case <-hasRoom:
			case <-time.After(stalled):
				must(fmt.Errorf("nothing was acknowledged for %v", stalled))
			}
		}
	}
	printOneWay(messages, messages*len(message), time.Since(start).Seconds(), cpuSeconds()-cpuAtStart)
	_, err := stream.WriteSCTP([]byte{1}, sctp.PayloadTypeWebRTCBinary)
	must(err)
	drain(stream)
}

func echoAll(stream *sctp.Stream) {
	buffer := make([]byte, bufferBytes)
	for {
		length, _, err := stream.ReadSCTP(buffer)
		if err != nil || length == 1 {
			break
		}
		_, err = stream.WriteSCTP(buffer[:length], sctp.PayloadTypeWebRTCBinary)
		must(err)
	}
	fmt.Println("{}")
}

func pingFor(stream *sctp.Stream, message []byte, limit time.Duration) {
	buffer := make([]byte, bufferBytes)
	var micros []float64
	var start time.Time
	for roundTrip := -warmUpRoundTrips; ; roundTrip++ {
		sent := time.Now()
		if roundTrip == 0 {
			start = sent
		}
		if roundTrip > 0 && sent.Sub(start) >= limit {
			break
		}
		_, err := stream.WriteSCTP(message, sctp.PayloadTypeWebRTCBinary)
		must(err)
		_, _, err = stream.ReadSCTP(buffer)
		must(err)
		if roundTrip >= 0 {
			micros = append(micros, float64(time.Since(sent).Nanoseconds())/1e3)
		}
	}
	sort.Float64s(micros)
	fmt.Printf("{\"roundTrips\":%d,\"p50Micros\":%.2f,\"p99Micros\":%.2f}\n", len(micros), micros[len(micros)/2],
		micros[len(micros)*99/100])
	_, err := stream.WriteSCTP([]byte{1}, sctp.PayloadTypeWebRTCBinary)
	must(err)
	drain(stream)
}

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: pion-bench receive|send|echo|ping LOCAL_UDP REMOTE_UDP MESSAGE_BYTES SECONDS")
		os.Exit(2)
	}
	role, message := os.Args[1], make([]byte, number(os.Args[4]))
	seconds, err := strconv.ParseFloat(os.Args[5], 64)
	must(err)
	limit := time.Duration(seconds * float64(time.Second))
	config := sctp.Config{
		NetConn:              open(number(os.Args[2]), number(os.Args[3])),
		MaxReceiveBufferSize: bufferBytes,
		LoggerFactory:        logging.NewDefaultLoggerFactory(),
	}
	if role == "receive" || role == "echo" {
		fmt.Println("ready")
		association, err := sctp.Server(config)
		must(err)
		stream, err := association.AcceptStream()
		must(err)
		if role == "receive" {
			receiveAll(stream)
		} else {
			echoAll(stream)
		}
		return
	}
	association, err := sctp.Client(config)
	must(err)
	fmt.Println("ready")
	stream, err := association.OpenStream(0, sctp.PayloadTypeWebRTCBinary)
	must(err)
	stream.SetReliabilityParams(false, sctp.ReliabilityTypeReliable, 0)
	if role == "send" {
		sendFor(stream, message, limit)
	} else {
		pingFor(stream, message, limit)
	}
}
