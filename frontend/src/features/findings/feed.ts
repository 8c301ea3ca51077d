/** What the page knows about the analysis of the drawing. `report` belongs to `document`; while `current` is false it is of an older drawing and must be shown as such. */
export interface FeedStatus<R> {
  readonly report: R | null;
  readonly current: boolean;
  readonly working: boolean;
  readonly problem: FeedProblem | null;
  /** How long the answer was waited for. */
  readonly took_ms: number | null;
}

export interface FeedProblem {
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The drawing as it is cannot be analysed, or the server could not be asked. */
export class AnalysisRefused extends Error {
  readonly problem: FeedProblem;
  constructor(problem: FeedProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface FeedOptions<D, R> {
  readonly analyse: (document: D, signal: AbortSignal) => Promise<R>;
  readonly wait_ms?: number;
  readonly retry_ms?: number;
}

const WAIT_MS = 250;
const RETRY_MS = 4_000;

/** Keeps the report in step with the drawing: waits for a pause in the editing, drops answers to questions that are no longer asked, tries again when the server is away. */
export class AnalysisFeed<D, R> {
  #status: FeedStatus<R> = { report: null, current: false, working: false, problem: null, took_ms: null };
  #document: D | null = null;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #options: FeedOptions<D, R>;
  readonly #listeners = new Set<() => void>();

  constructor(options: FeedOptions<D, R>) {
    this.#options = options;
  }

  get status(): FeedStatus<R> {
    return this.#status;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The drawing is now this one. */
  update(document: D): void {
    if (document === this.#document) return;
    this.#document = document;
    this.#running?.abort();
    this.#running = null;
    this.#set({ current: false, working: true });
    this.#after(this.#status.report === null ? 0 : (this.#options.wait_ms ?? WAIT_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.#document = null;
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const document = this.#document;
    if (document === null) return;
    const running = new AbortController();
    this.#running = running;
    const asked = performance.now();
    try {
      const report = await this.#options.analyse(document, running.signal);
      if (running.signal.aborted) return;
      this.#set({ report, current: true, working: false, problem: null, took_ms: performance.now() - asked });
    } catch (error) {
      if (running.signal.aborted) return;
      if (error instanceof AnalysisRefused) {
        this.#set({ working: false, problem: error.problem });
        return;
      }
      this.#set({ working: true, problem: { detail: error instanceof Error ? error.message : String(error), errors: [] } });
      this.#after(this.#options.retry_ms ?? RETRY_MS);
    }
  }

  #set(change: Partial<FeedStatus<R>>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#listeners) listener();
  }
}
