/** What to simulate, as the document keeps it (contract section 3). */
export interface ScenarioEvent {
  readonly at_s: number;
  readonly action: string;
  readonly target: string;
  readonly [param: string]: unknown;
}

export interface Scenario {
  readonly duration_s: number;
  readonly seed: number;
  readonly load_factor: number;
  readonly replications: number;
  readonly events: readonly ScenarioEvent[];
  readonly [member: string]: unknown;
}

export const DEFAULT_SCENARIO: Scenario = { duration_s: 120, seed: 1, load_factor: 1, replications: 1, events: [] };
export const LONGEST_S = 86_400;
export const MOST_REPLICATIONS = 10_000;
export const ENGINES = ['auto', 'exact', 'fluid'] as const;

/** A scenario from what the document holds; what is missing or out of range takes the default, members that the editor does not show are kept. */
export function readScenario(value: unknown): Scenario {
  if (typeof value !== 'object' || value === null) return DEFAULT_SCENARIO;
  const given = value as Readonly<Record<string, unknown>>;
  const number = (name: string, low: number, high: number, otherwise: number): number => {
    const member = given[name];
    return typeof member === 'number' && member >= low && member <= high ? member : otherwise;
  };
  return {
    ...given,
    duration_s: number('duration_s', 1, LONGEST_S, DEFAULT_SCENARIO.duration_s),
    seed: Math.floor(number('seed', 0, Number.MAX_SAFE_INTEGER, DEFAULT_SCENARIO.seed)),
    load_factor: number('load_factor', 0, 1e6, DEFAULT_SCENARIO.load_factor),
    replications: Math.floor(number('replications', 1, MOST_REPLICATIONS, DEFAULT_SCENARIO.replications)),
    events: Array.isArray(given['events']) ? given['events'].filter(isEvent) : [],
  };
}

function isEvent(value: unknown): value is ScenarioEvent {
  if (typeof value !== 'object' || value === null) return false;
  const event = value as Record<string, unknown>;
  return typeof event['at_s'] === 'number' && typeof event['action'] === 'string' && typeof event['target'] === 'string';
}

/** The events in the order in which they happen; equal times keep their order. */
export function inTime(events: readonly ScenarioEvent[]): ScenarioEvent[] {
  return [...events].sort((a, b) => a.at_s - b.at_s);
}

/** The part of a scenario that can be run: events after the end are left out, so that a shorter run is not refused. */
export function runnable(scenario: Scenario): Scenario {
  return { ...scenario, events: inTime(scenario.events).filter((event) => event.at_s <= scenario.duration_s) };
}
