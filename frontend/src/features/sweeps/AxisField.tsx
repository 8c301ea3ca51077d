import { useId, useMemo } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { IconButton } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { formatNumber } from '../figures/format';
import type { Variable } from './numbers';
import { around, valuesIn } from './values';
import styles from './sweeps.module.css';

/** A number that is chosen, and its values as they are being written. */
export interface Wish {
  readonly id: string;
  readonly text: string;
}

interface Props {
  readonly wish: Wish;
  readonly variables: readonly Variable[];
  readonly onChange: (wish: Wish) => void;
  readonly onRemove?: () => void;
}

/** Which number takes which values. */
export function AxisField({ wish, variables, onChange, onRemove }: Props) {
  const { t, of, unit, locale } = useI18n();
  const { nameOf } = useDrawing();
  const id = useId();
  const owners = useMemo(() => [...new Set(variables.map((variable) => variable.of))], [variables]);
  const chosen = variables.find((variable) => variable.id === wish.id);
  const owned = variables.filter((variable) => variable.of === (chosen?.of ?? null));
  const values = chosen && valuesIn(wish.text, chosen);
  const choose = (variable: Variable | undefined): void => {
    if (variable) onChange({ id: variable.id, text: around(variable.value, variable) });
  };
  return (
    <div className={styles['axis']}>
      <select
        aria-label={t('sweeps.element')}
        value={chosen?.of ?? ''}
        onChange={(event) => choose(variables.find((variable) => (variable.of ?? '') === event.target.value))}
      >
        {owners.map((owner) => (
          <option key={owner ?? ''} value={owner ?? ''}>
            {owner === null ? t('sweeps.run') : nameOf(owner)}
          </option>
        ))}
      </select>
      <select aria-label={t('sweeps.number')} value={wish.id} onChange={(event) => choose(variables.find((variable) => variable.id === event.target.value))}>
        {owned.map((variable) => (
          <option key={variable.id} value={variable.id}>
            {of(variable.title)} ({`${formatNumber(variable.value, locale)} ${unit(variable.unit)}`.trim()})
          </option>
        ))}
      </select>
      {onRemove && <IconButton icon="close" label={t('sweeps.remove')} onClick={onRemove} />}
      <input
        className={styles['values']}
        aria-label={t('sweeps.values')}
        aria-invalid={values === null}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        autoComplete="off"
        value={wish.text}
        onChange={(event) => onChange({ ...wish, text: event.target.value })}
      />
      <p id={`${id}-note`} className={styles['note']} data-wrong={values === null}>
        {values === null ? t('sweeps.values.wrong') : /\.\.|…/.test(wish.text) && values ? values.map((value) => formatNumber(value, locale)).join(' · ') : t('sweeps.values.hint')}
      </p>
    </div>
  );
}
