import { useLanguage } from '../i18n/language';
import { translate } from '../i18n/translate';

/** An answer that is an error (RFC 9457), or no answer at all (`status` 0). The message is for people. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(status: number, type: string, detail: string, errors: ApiProblem['errors'] = []) {
    super(detail);
    this.status = status;
    this.type = type;
    this.errors = errors;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent even when the page is being closed. */
  readonly keepalive?: boolean;
}

/** Asks the API; answers the JSON body (undefined when there is none), or throws an ApiProblem. */
export async function call<T>(method: Method, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const { language } = useLanguage.getState();
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json, application/problem+json',
      'Accept-Language': language,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.keepalive ? { keepalive: true } : {}),
  }).catch((error: unknown) => {
    if (isAborted(error)) throw error;
    throw new ApiProblem(0, 'about:blank', translate(language, 'app.unreachable'));
  });
  const text = await response.text();
  if (!response.ok) throw problemIn(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const AGAIN_MS = 3_000;

/** Asks until there is an answer: again after a while, as long as `failed` says so. Answers how to give up. */
export function untilAnswered<T>(ask: () => Promise<T>, answered: (answer: T) => void, failed: (error: Error) => boolean): () => void {
  let left = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const once = (): void => {
    ask().then(
      (answer) => {
        if (!left) answered(answer);
      },
      (error: Error) => {
        if (!left && failed(error)) timer = setTimeout(once, AGAIN_MS);
      },
    );
  };
  once();
  return () => {
    left = true;
    clearTimeout(timer);
  };
}

/** Whether a request was given up by the page itself. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function problemIn(status: number, text: string): ApiProblem {
  try {
    const problem = JSON.parse(text) as { type?: string; title?: string; detail?: string; errors?: ApiProblem['errors'] };
    const errors = problem.errors ?? [];
    const first = errors[0];
    const detail = problem.detail ?? (first ? `${first.pointer} ${first.detail}` : (problem.title ?? `HTTP ${status}`));
    return new ApiProblem(status, problem.type ?? 'about:blank', detail, errors);
  } catch {
    return new ApiProblem(status, 'about:blank', `HTTP ${status}`);
  }
}
