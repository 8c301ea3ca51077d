import { FrameError, decodeFrame, readFrame, type Frame } from './frames';
import { History } from './history';
import type { EventMessage, Hello, RunState, ServerMessage } from './messages';
import { RunSocket, type Link, type Wire } from './socket';

/** An action and the frame at which it took effect. */
export interface RunEvent {
  readonly key: string;
  readonly frame: number | null;
  readonly t_s: number | null;
  readonly action: string;
  readonly target: string | null;
  readonly by: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What changes seldom about a run; a new object each time, so that a page redraws only then. Figures are in `frame`. */
export interface LiveStatus {
  readonly link: Link;
  readonly stale: boolean;
  readonly state: RunState;
  readonly speed: number | null;
  readonly hello: Hello | null;
  readonly reason: string | null;
  readonly refusal: number | null;
  readonly events: readonly RunEvent[];
  readonly problem: string | null;
}

export type Command = Readonly<{ action: string; target?: string } & Record<string, unknown>>;

/** A command that did not take effect, with the server's reason or what became of the connection. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

export interface LiveOptions {
  readonly address: (after: number | null) => string;
  readonly open?: (address: string) => Wire;
  readonly random?: () => number;
  /** Runs a function before the next picture; frames that arrive in between are shown as one. */
  readonly schedule?: (draw: () => void) => void;
}

const BEGINNING: LiveStatus = {
  link: 'connecting',
  stale: false,
  state: 'queued',
  speed: null,
  hello: null,
  reason: null,
  refusal: null,
  events: [],
  problem: null,
};
const ANSWER_WITHIN_MS = 7_000;
const KEPT_EVENTS = 500;

interface Waiting {
  readonly resolve: (frame: number) => void;
  readonly reject: (error: CommandError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** One run as a page follows it: newest frame, recent past, events, connection, and the way to act on it. */
export class LiveRun {
  frame: Frame | null = null;
  history: History | null = null;
  #status = BEGINNING;
  #nextId = 1;
  #scheduled = false;
  readonly #socket: RunSocket;
  readonly #schedule: (draw: () => void) => void;
  readonly #statusListeners = new Set<() => void>();
  readonly #frameListeners = new Set<(frame: Frame) => void>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: LiveOptions) {
    this.#schedule = options.schedule ?? ((draw) => void requestAnimationFrame(draw));
    this.#socket = new RunSocket({
      address: options.address,
      after: () => this.frame?.n ?? null,
      onMessage: (message) => this.#take(message),
      onBinary: (buffer) => this.#takeBinary(buffer),
      onLink: (link, code) => this.#linked(link, code),
      onStale: (stale) => this.#set({ stale: stale && !this.#over() }),
      ...(options.open ? { open: options.open } : {}),
      ...(options.random ? { random: options.random } : {}),
    });
  }

  get status(): LiveStatus {
    return this.#status;
  }

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
    this.#statusListeners.clear();
    this.#frameListeners.clear();
  }

  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** Called at most once a picture with the newest frame. */
  onFrame(listener: (frame: Frame) => void): () => void {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }

  /** Acts on the run; answers the frame number at which it took effect, or throws a CommandError with the reason. */
  send(command: Command): Promise<number> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (!this.#socket.send({ ...command, id })) {
        reject(new CommandError('offline', 'not connected'));
        return;
      }
      const timer = setTimeout(
        () => this.#answer(id, (waiting) => waiting.reject(new CommandError('timeout', 'no answer'))),
        ANSWER_WITHIN_MS,
      );
      this.#waiting.set(String(id), { resolve, reject, timer });
    });
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        return this.#greeted(message);
      case 'frame':
        return void (this.#status.hello && this.#show(readFrame(message, this.#status.hello)));
      case 'event':
        return this.#happened(message);
      case 'ack':
        return this.#answer(message.id, (waiting) => waiting.resolve(message.frame));
      case 'state':
        return this.#set({ state: message.state, speed: message.speed ?? this.#status.speed });
      case 'end':
        this.#set({ state: message.state, reason: message.reason ?? null, stale: false });
        return this.#socket.stop();
      case 'error':
        if (message.id !== undefined && message.id !== null && this.#waiting.has(String(message.id))) {
          return this.#answer(message.id, (waiting) => waiting.reject(new CommandError(message.code, message.detail)));
        }
        return this.#set({ problem: message.detail });
      case 'heartbeat':
        return;
    }
  }

  #greeted(hello: Hello): void {
    if (!this.history || !sameShape(this.#status.hello, hello)) {
      this.history = new History(hello);
      this.frame = null;
    }
    const state = hello.run.state;
    this.#set({ hello, problem: null, ...(isRunState(state) ? { state } : {}), ...speedOf(hello) });
  }

  #takeBinary(buffer: ArrayBuffer): void {
    const hello = this.#status.hello;
    if (!hello) return;
    try {
      this.#show(decodeFrame(buffer, hello));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#set({ problem: error.message });
    }
  }

  #show(frame: Frame): void {
    if (this.frame && frame.n <= this.frame.n) return;
    this.frame = frame;
    this.history?.push(frame);
    if (this.#status.state === 'queued') this.#set({ state: 'running' });
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      if (this.frame) for (const listener of this.#frameListeners) listener(this.frame);
    });
  }

  #happened(message: EventMessage): void {
    const event = readEvent(message);
    if (this.#status.events.some((known) => known.key === event.key)) return;
    this.#set({ events: [...this.#status.events, event].slice(-KEPT_EVENTS) });
  }

  #answer(id: number | string, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(String(id));
    if (!waiting) return;
    this.#waiting.delete(String(id));
    clearTimeout(waiting.timer);
    how(waiting);
  }

  #linked(link: Link, code: number | null): void {
    if (link === 'lost' || link === 'refused') {
      for (const id of [...this.#waiting.keys()]) {
        this.#answer(id, (waiting) => waiting.reject(new CommandError('offline', 'connection lost')));
      }
    }
    const over = this.#over();
    this.#set({ link, refusal: link === 'refused' ? code : null, ...(over ? { stale: false } : {}) });
  }

  #over(): boolean {
    return ['done', 'failed', 'cancelled'].includes(this.#status.state);
  }

  #set(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#statusListeners) listener();
  }
}

/** `web#2` is instance 2 of `web`; a target without a number is itself. */
export function entityOf(target: string): string {
  return target.split('#', 1)[0] ?? target;
}

function sameShape(a: Hello | null, b: Hello): boolean {
  return a !== null && a.run.id === b.run.id && a.nodes.length === b.nodes.length && a.flows.length === b.flows.length;
}

function isRunState(state: unknown): state is RunState {
  return typeof state === 'string' && ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'].includes(state);
}

function speedOf(hello: Hello): { speed?: number } {
  const speed = hello.run['speed'];
  return typeof speed === 'number' ? { speed } : {};
}

const PLAIN_MEMBERS = new Set(['type', 'n', 'frame', 't_s', 'at_s', 'action', 'target', 'id', 'by', 'source']);

function readEvent(message: EventMessage): RunEvent {
  const frame = message.frame ?? message.n ?? null;
  const t_s = message.t_s ?? message.at_s ?? null;
  const details = Object.fromEntries(Object.entries(message).filter(([name]) => !PLAIN_MEMBERS.has(name)));
  const action = message.action ?? 'event';
  const target = message.target ?? null;
  const by = typeof message['by'] === 'string' ? message['by'] : null;
  const key = `${frame}|${t_s}|${action}|${target}|${JSON.stringify(details)}|${String(message['id'] ?? '')}`;
  return { key, frame, t_s, action, target, by, details };
}
