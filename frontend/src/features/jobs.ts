import { call } from './call';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 2_000;

interface Job {
  readonly state: string;
}

/** Follows work in the background to its end, asking ever less often; `tell` hears of every answer until it is false. */
export async function followJob<T extends Job>(begun: T, path: string, tell: (job: T) => boolean): Promise<void> {
  let job = begun;
  for (let wait = FIRST_WAIT_MS; tell(job) && job.state !== 'done' && job.state !== 'failed'; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    job = await call<T>('GET', path);
  }
}
