import { useId, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { useDrawingState } from '../../editor/drawing';
import { useDrawing } from '../drawing';
import { actionsFor, beginning, type Action, type Target } from './actions';
import { useAct } from './useAct';
import { useActions } from './useActions';
import { useTargets } from './useTargets';
import styles from './ActionMenu.module.css';

/** Picks something of the running system and does something to it: what the catalogue offers for it, with its numbers. */
export function ActionMenu({ disabled }: { disabled: boolean }) {
  const { t } = useI18n();
  const { selected, nameOf } = useDrawing();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const id = useId();
  const nodes = useDrawingState((state) => state.nodes);
  const one = selected.find((candidate) => nodes.has(candidate));
  const label = one === undefined ? t('runs.actions') : t('runs.actions.on', { name: nameOf(one) });
  const close = (): void => {
    setOpen(false);
    place.current?.querySelector('button')?.focus();
  };
  return (
    <span
      ref={place}
      className={styles['actions']}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          close();
        }
      }}
    >
      <Button
        icon="kill"
        className={styles['break']}
        aria-label={label}
        title={label}
        disabled={disabled}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span>{label}</span>
      </Button>
      {open && !disabled && <ActionSheet id={id} onClose={close} />}
    </span>
  );
}

function ActionSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useI18n();
  const { selected } = useDrawing();
  const targets = useTargets();
  const actions = useActions();
  const usable = useMemo(() => targets.filter((target) => actionsFor(actions, target).length > 0), [targets, actions]);
  const [chosen, setChosen] = useState<string | null>(null);
  const first = selected.find((candidate) => usable.some((target) => target.id === candidate));
  const target = usable.find((candidate) => candidate.id === (chosen ?? first)) ?? usable.find((candidate) => candidate.canFail) ?? usable[0];
  return (
    <div id={id} className={styles['sheet']} role="group" aria-label={t('runs.actions')}>
      <label className={styles['pick']}>
        <span>{t('runs.actions.pick')}</span>
        <select autoFocus value={target?.id ?? ''} onChange={(event) => setChosen(event.target.value)}>
          {usable.map((candidate) => (
            <option key={candidate.id} value={candidate.id}>
              {candidate.name}
            </option>
          ))}
        </select>
      </label>
      {target && (
        <ul className={styles['deeds']}>
          {actionsFor(actions, target).map((action) => (
            <Deed key={`${target.id}:${action.id}`} action={action} target={target} onDone={onClose} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Deed({ action, target, onDone }: { action: Action; target: Target; onDone: () => void }) {
  const { of } = useI18n();
  const { replicasOf } = useDrawing();
  const perform = useAct();
  const params = action.one_of?.length ? action.params.slice(0, 1) : action.params;
  const [values, setValues] = useState<Readonly<Record<string, number>>>(() =>
    Object.fromEntries(params.map((param) => [param.name, beginning(param, replicasOf(target.id))])),
  );
  return (
    <li>
      <button
        type="button"
        className={styles['deed']}
        title={of(action.help)}
        data-tone={action.id === 'kill' ? 'danger' : undefined}
        onClick={() => {
          perform({ action: action.id, target: target.id, ...values });
          onDone();
        }}
      >
        {of(action.title)}
      </button>
      {params.map((param) => (
        <label key={param.name} className={styles['number']}>
          {of(param.title)}
          <input
            type="number"
            step="any"
            aria-label={`${of(action.title)}: ${of(param.title)}`}
            value={values[param.name]}
            onChange={(event) => {
              const value = event.target.valueAsNumber;
              if (Number.isFinite(value)) setValues({ ...values, [param.name]: value });
            }}
          />
        </label>
      ))}
    </li>
  );
}
