/** A socket that a case begins with. */
export interface SocketSpec {
  /** On which of the two hosts. */
  readonly host: 0 | 1;
  readonly style: "one-to-one" | "one-to-many";
  readonly family: 4 | 6;
}

/** An address of one of the hosts (or of nobody), and one of a few ports. */
export interface Place {
  readonly host: 0 | 1 | 2;
  readonly address: number;
  readonly port: number;
}

/** How a call is made that may wait. */
export type Form = "promise" | "nonblocking";

/** When the signal of a call is aborted: never, before the call, or by a later step "give up". */
export type SignalUse = "none" | "aborted" | "later";

/** One call; `socket` counts modulo the sockets that there are. */
export type CallStep =
  | { readonly do: "bind"; readonly socket: number; readonly place: Place }
  | {
      readonly do: "bindx";
      readonly socket: number;
      readonly places: readonly Place[];
      readonly add: boolean;
    }
  | { readonly do: "listen"; readonly socket: number; readonly backlog: number }
  | {
      readonly do: "connect";
      readonly socket: number;
      readonly places: readonly Place[];
      readonly form: Form;
      readonly signal: SignalUse;
    }
  | { readonly do: "accept"; readonly socket: number; readonly form: Form; readonly signal: SignalUse }
  | {
      readonly do: "send";
      readonly socket: number;
      readonly call: "sctp_sendv" | "send" | "sendto" | "nonblocking" | "sendMany";
      readonly lengthBytes: number;
      readonly place?: Place;
      /** Which of the socket's associations, by index. */
      readonly association?: number;
      readonly streamId: number;
      readonly flags: number;
      readonly signal: SignalUse;
    }
  | {
      readonly do: "receive";
      readonly socket: number;
      readonly call: "sctp_recvv" | "recv" | "recvfrom" | "nonblocking" | "receiveMany" | "iterate";
      readonly flags: number;
      readonly signal: SignalUse;
    }
  | { readonly do: "peeloff"; readonly socket: number; readonly association: number }
  | { readonly do: "shutdown"; readonly socket: number; readonly how: number }
  | { readonly do: "close"; readonly socket: number; readonly aborting: boolean }
  | { readonly do: "option"; readonly socket: number; readonly option: OptionChoice }
  | { readonly do: "look"; readonly socket: number }
  | { readonly do: "give up"; readonly call: number }
  | { readonly do: "wait"; readonly ms: number };

/** Options that change what calls do. */
export type OptionChoice =
  | "small buffers"
  | "no delay"
  | "all events"
  | "no events"
  | "autoclose"
  | "unref"
  | "ref"
  | "linger 1"
  | "received info";

/** A case of the target "calls". */
export interface CallCase {
  readonly seed: number;
  readonly loss: number;
  readonly sockets: readonly SocketSpec[];
  readonly steps: readonly CallStep[];
}
