const SYNC = 0;
const STEP_2 = 1;
const UPDATE = 2;

/**
 * Counts what one socket carried to the server and what the server says it has committed: the page may say "saved"
 * only when both are the same. The server counts the second steps of synchronisation and the updates of this socket.
 */
export class Outgoing {
  private sent = 0;
  private committed = 0;
  /** When the oldest of what is under way was sent, as `Date.now()` tells it, or a little before. */
  since = 0;

  constructor(private readonly changed: () => void) {}

  /** Nothing is under way: everything that was sent is committed. */
  get settled(): boolean {
    return this.committed >= this.sent;
  }

  /** The server acknowledged so many messages. */
  acknowledge(received: number): void {
    this.committed = Math.max(this.committed, received);
    this.changed();
  }

  /** A kind of socket that counts; each new one begins anew. */
  counting(Base: typeof WebSocket): typeof WebSocket {
    const began = (): void => {
      this.sent = this.committed = 0;
    };
    const sends = (data: unknown): void => {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
      if (!(bytes instanceof Uint8Array) || bytes[0] !== SYNC || (bytes[1] !== STEP_2 && bytes[1] !== UPDATE)) return;
      if (this.settled) this.since = Date.now();
      this.sent += 1;
      this.changed();
    };
    return class extends Base {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        began();
      }

      override send(data: string | Blob | BufferSource): void {
        super.send(data);
        sends(data);
      }
    };
  }
}
