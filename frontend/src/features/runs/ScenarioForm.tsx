import { useId } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button, IconButton } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { beginning } from './actions';
import { useActions } from './useActions';
import { useTargets } from './useTargets';
import { ENGINES, LONGEST_S, MOST_REPLICATIONS, type Scenario, type ScenarioEvent } from './scenario';
import styles from './Scenario.module.css';
import shared from './runs.module.css';

interface Props {
  readonly scenario: Scenario;
  readonly onChange: (scenario: Scenario) => void;
}

/** How long, from which seed, under which load, and what happens when. */
export function ScenarioForm({ scenario, onChange }: Props) {
  const { t } = useI18n();
  const id = useId();
  const number = (member: 'duration_s' | 'seed' | 'load_factor' | 'replications', low: number, high: number, step: string) => (
    <div className={styles['field']}>
      <label htmlFor={`${id}-${member}`}>{t(`runs.scenario.${member}`)}</label>
      <input
        id={`${id}-${member}`}
        type="number"
        min={low}
        max={high}
        step={step}
        defaultValue={scenario[member]}
        key={`${member}:${scenario[member]}`}
        onBlur={(event) => {
          const value = event.target.valueAsNumber;
          if (Number.isFinite(value) && value >= low && value <= high) {
            if (value !== scenario[member]) onChange({ ...scenario, [member]: value });
          } else event.target.value = String(scenario[member]);
        }}
      />
    </div>
  );
  const put = (index: number, event: ScenarioEvent): void =>
    onChange({ ...scenario, events: scenario.events.map((old, at) => (at === index ? event : old)) });
  return (
    <div className={styles['scenario']}>
      <div className={styles['fields']}>
        {number('duration_s', 1, LONGEST_S, '1')}
        {number('load_factor', 0, 1_000, 'any')}
        {number('seed', 0, Number.MAX_SAFE_INTEGER, '1')}
        {number('replications', 1, MOST_REPLICATIONS, '1')}
        <Warmup scenario={scenario} onChange={onChange} />
        <Engine scenario={scenario} onChange={onChange} />
      </div>
      <Failures scenario={scenario} onChange={onChange} />
      <h3>{t('runs.scenario.events')}</h3>
      {scenario.events.length === 0 && <p className={shared['hint']}>{t('runs.scenario.events.none')}</p>}
      {scenario.events.length > 0 && <Timeline scenario={scenario} />}
      <ol className={styles['events']}>
        {scenario.events.map((event, index) => (
          <EventRow
            key={index}
            event={event}
            longest={scenario.duration_s}
            onChange={(next) => put(index, next)}
            onRemove={() => onChange({ ...scenario, events: scenario.events.filter((_, at) => at !== index) })}
          />
        ))}
      </ol>
      <AddEvent scenario={scenario} onChange={onChange} />
    </div>
  );
}

/** How much of the beginning does not count; left empty it is detected. */
function Warmup({ scenario, onChange }: Props) {
  const { t } = useI18n();
  const id = useId();
  const given = typeof scenario['warmup_s'] === 'number' ? scenario['warmup_s'] : '';
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{t('runs.scenario.warmup_s')}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={scenario.duration_s}
        step="any"
        placeholder={t('runs.scenario.warmup_s.auto')}
        defaultValue={given}
        key={given}
        onBlur={(event) => {
          const value = event.target.valueAsNumber;
          if (event.target.value === '') onChange(without(scenario, 'warmup_s'));
          else if (value >= 0 && value < scenario.duration_s) onChange({ ...scenario, warmup_s: value });
          else event.target.value = String(given);
        }}
      />
    </div>
  );
}

/** Which engine runs: every request, expected values, or what can keep up. */
function Engine({ scenario, onChange }: Props) {
  const { t } = useI18n();
  const id = useId();
  const chosen = ENGINES.find((engine) => engine === scenario['engine']) ?? 'auto';
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{t('runs.scenario.engine')}</label>
      <select id={id} value={chosen} onChange={(event) => onChange({ ...scenario, engine: event.target.value })}>
        {ENGINES.map((engine) => (
          <option key={engine} value={engine}>
            {t(`runs.scenario.engine.${engine}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Whether things also break by themselves, as their times between failures say. */
function Failures({ scenario, onChange }: Props) {
  const { t } = useI18n();
  return (
    <label className={styles['check']}>
      <input
        type="checkbox"
        checked={scenario['failures'] === true}
        onChange={(event) => onChange(event.target.checked ? { ...scenario, failures: true } : without(scenario, 'failures'))}
      />
      <span>{t('runs.scenario.failures')}</span>
    </label>
  );
}

function without(scenario: Scenario, member: string): Scenario {
  return Object.fromEntries(Object.entries(scenario).filter(([name]) => name !== member)) as Scenario;
}

/** The events on the length of the run, as a picture. */
function Timeline({ scenario }: { scenario: Scenario }) {
  return (
    <div className={styles['timeline']} aria-hidden="true">
      {scenario.events.map((event, index) => (
        <span
          key={index}
          data-late={event.at_s > scenario.duration_s || undefined}
          style={{ insetInlineStart: `${Math.min(100, (event.at_s / scenario.duration_s) * 100)}%` }}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly event: ScenarioEvent;
  readonly longest: number;
  readonly onChange: (event: ScenarioEvent) => void;
  readonly onRemove: () => void;
}

function EventRow({ event, longest, onChange, onRemove }: RowProps) {
  const { t, language } = useI18n();
  const { replicasOf } = useDrawing();
  const actions = useActions();
  const targets = useTargets();
  const action = actions.find((known) => known.id === event.action);
  const fitting = targets.filter((target) => action?.targets.includes(target.type));
  const params = action?.params ?? [];
  const shown = action?.one_of?.length ? params.filter((param) => event[param.name] !== undefined) : params;
  const begin = (actionId: string, target: string): ScenarioEvent => {
    const next = actions.find((known) => known.id === actionId);
    const wanted = next?.one_of?.length ? next.params.slice(0, 1) : (next?.params ?? []);
    const values = Object.fromEntries(wanted.map((param) => [param.name, beginning(param, replicasOf(target))]));
    const fits = targets.some((candidate) => candidate.id === target && next?.targets.includes(candidate.type));
    const other = targets.find((candidate) => next?.targets.includes(candidate.type))?.id ?? target;
    return { at_s: event.at_s, action: actionId, target: fits ? target : other, ...values };
  };
  return (
    <li className={styles['event']}>
      <input
        type="number"
        min={0}
        max={longest}
        step="any"
        value={event.at_s}
        aria-label={t('runs.scenario.at')}
        onChange={(change) => {
          const at = change.target.valueAsNumber;
          if (Number.isFinite(at) && at >= 0) onChange({ ...event, at_s: at });
        }}
      />
      <select aria-label={t('runs.scenario.action')} value={event.action} onChange={(change) => onChange(begin(change.target.value, event.target))}>
        {actions.map((known) => (
          <option key={known.id} value={known.id}>
            {known.title[language]}
          </option>
        ))}
      </select>
      <select aria-label={t('runs.scenario.target')} value={event.target} onChange={(change) => onChange({ ...event, target: change.target.value })}>
        {!fitting.some((target) => target.id === event.target) && <option value={event.target}>{event.target}</option>}
        {fitting.map((target) => (
          <option key={target.id} value={target.id}>
            {target.name}
          </option>
        ))}
      </select>
      {shown.map((param) => (
        <input
          key={param.name}
          type="number"
          step="any"
          aria-label={param.title[language]}
          title={param.title[language]}
          value={Number(event[param.name] ?? beginning(param, replicasOf(event.target)))}
          onChange={(change) => {
            const value = change.target.valueAsNumber;
            if (Number.isFinite(value)) onChange({ ...event, [param.name]: value });
          }}
        />
      ))}
      <IconButton icon="trash" label={t('runs.scenario.remove')} onClick={onRemove} />
    </li>
  );
}

function AddEvent({ scenario, onChange }: Props) {
  const { t } = useI18n();
  const { selected } = useDrawing();
  const targets = useTargets();
  const nodes = targets.filter((target) => target.type === 'node');
  const target = selected.find((id) => nodes.some((node) => node.id === id)) ?? nodes[0]?.id;
  if (target === undefined) return null;
  const at = Math.round(Math.min(scenario.duration_s, Math.max(...scenario.events.map((event) => event.at_s), 0) + scenario.duration_s / 4));
  return (
    <Button
      icon="add"
      className={styles['add']}
      onClick={() => onChange({ ...scenario, events: [...scenario.events, { at_s: at, action: 'kill', target }] })}
    >
      {t('runs.scenario.add')}
    </Button>
  );
}
