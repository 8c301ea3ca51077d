/** The newest `capacity` rows of `width` numbers, overwritten in a circle; never grows, never copies while it is filled. */
export class Ring {
  readonly capacity: number;
  readonly width: number;
  readonly #values: Float32Array;
  #next = 0;
  #length = 0;

  constructor(capacity: number, width: number) {
    this.capacity = Math.max(1, capacity);
    this.width = width;
    this.#values = new Float32Array(this.capacity * width);
  }

  get length(): number {
    return this.#length;
  }

  push(row: ArrayLike<number>): void {
    const at = this.#next * this.width;
    for (let i = 0; i < this.width; i++) this.#values[at + i] = row[i] ?? Number.NaN;
    this.#next = (this.#next + 1) % this.capacity;
    if (this.#length < this.capacity) this.#length += 1;
  }

  /** One column, oldest first. */
  series(index: number): Float32Array {
    const out = new Float32Array(this.#length);
    const first = this.#length < this.capacity ? 0 : this.#next;
    for (let i = 0; i < this.#length; i++) {
      const row = (first + i) % this.capacity;
      out[i] = this.#values[row * this.width + index] ?? Number.NaN;
    }
    return out;
  }

  clear(): void {
    this.#next = 0;
    this.#length = 0;
  }
}
