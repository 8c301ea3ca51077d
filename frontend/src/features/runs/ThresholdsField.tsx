import { useId } from 'react';
import { useI18n } from '../../i18n/useI18n';
import styles from './Scenario.module.css';

interface Props {
  readonly thresholds: readonly string[];
  readonly onChange: (thresholds: readonly string[]) => void;
}

/** What must hold, one threshold a line, as scripts write it too. */
export function ThresholdsField({ thresholds, onChange }: Props) {
  const { t } = useI18n();
  const id = useId();
  return (
    <div className={styles['scenario']}>
      <div className={styles['field']}>
        <label htmlFor={id}>{t('runs.thresholds.edit')}</label>
        <textarea
          id={id}
          rows={3}
          spellCheck={false}
          defaultValue={thresholds.join('\n')}
          placeholder={'p99_ms < 200\navailability >= 0.999\nspofs == 0'}
          onChange={(event) =>
            onChange(
              event.target.value
                .split('\n')
                .map((line) => line.trim())
                .filter((line) => line !== ''),
            )
          }
        />
      </div>
    </div>
  );
}
