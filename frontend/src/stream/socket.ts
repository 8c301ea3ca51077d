import { isFinal, retryDelay } from './backoff';
import { parseMessage, type ServerMessage } from './messages';

/** How the connection stands. `stale`: open or not, nothing was heard for longer than the page may show figures as current. */
export type Link = 'connecting' | 'open' | 'lost' | 'refused' | 'closed';

export interface Wire {
  binaryType: string;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
}

export interface SocketOptions {
  /** The address for a connection that already holds the frames up to `after` (null: none). */
  readonly address: (after: number | null) => string;
  readonly after: () => number | null;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onBinary: (buffer: ArrayBuffer) => void;
  readonly onLink: (link: Link, code: number | null) => void;
  readonly onStale: (stale: boolean) => void;
  readonly open?: (address: string) => Wire;
  readonly random?: () => number;
}

/** Nothing on screen is older than this without a mark. */
export const STALE_AFTER_MS = 3_000;
const PATIENCE_MS = 8_000;
const OPEN = 1;

/** A socket that comes back by itself with jitter, resumes after the last frame it has, and says when what is shown has grown old. */
export class RunSocket {
  #wire: Wire | null = null;
  #failures = 0;
  #told_ms: number | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #stale = false;
  #over = false;
  readonly #options: SocketOptions;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  start(): void {
    this.#over = false;
    this.#connect();
  }

  /** Sends at once, or answers false: a command is never queued to act on a run that has moved on. */
  send(message: object): boolean {
    if (this.#wire?.readyState !== OPEN) return false;
    this.#wire.send(JSON.stringify(message));
    return true;
  }

  /** Ends for good: no more messages, no more timers. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#drop();
    this.#options.onLink('closed', null);
  }

  #connect(): void {
    this.#drop();
    this.#options.onLink('connecting', null);
    const open = this.#options.open ?? ((address: string) => new WebSocket(address) as Wire);
    const wire = open(this.#options.address(this.#options.after()));
    wire.binaryType = 'arraybuffer';
    wire.onopen = () => {
      this.#options.onLink('open', null);
      this.#heard();
    };
    wire.onmessage = (event: MessageEvent) => {
      this.#failures = 0;
      this.#heard();
      if (typeof event.data === 'string') {
        const message = parseMessage(event.data);
        if (message?.type === 'hello' || message?.type === 'heartbeat') this.#told(message.return_within_s);
        if (message) this.#options.onMessage(message);
      } else if (event.data instanceof ArrayBuffer) {
        this.#options.onBinary(event.data);
      }
    };
    wire.onclose = (event: CloseEvent) => this.#closed(event.code);
    this.#wire = wire;
  }

  #told(within_s: number | undefined): void {
    if (within_s !== undefined) this.#told_ms = 1000 * within_s;
  }

  #closed(code: number): void {
    this.#wire = null;
    if (this.#over) return;
    if (isFinal(code)) {
      this.#over = true;
      clearTimeout(this.#watch);
      this.#options.onLink('refused', code);
      return;
    }
    this.#failures += 1;
    this.#options.onLink('lost', code);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), retryDelay(this.#failures, this.#options.random ?? Math.random, this.#told_ms));
  }

  #heard(): void {
    this.#mark(false);
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#mark(true);
      // A socket that is open yet silent for long is dead without having said so: begin anew.
      this.#watch = setTimeout(() => this.#restart(), PATIENCE_MS);
    }, STALE_AFTER_MS);
  }

  #restart(): void {
    if (this.#over || !this.#wire) return;
    this.#drop();
    this.#closed(4408);
  }

  #mark(stale: boolean): void {
    if (stale === this.#stale) return;
    this.#stale = stale;
    this.#options.onStale(stale);
  }

  #drop(): void {
    const wire = this.#wire;
    if (!wire) return;
    this.#wire = null;
    wire.onopen = wire.onclose = wire.onmessage = wire.onerror = null;
    wire.close(1000);
  }
}
