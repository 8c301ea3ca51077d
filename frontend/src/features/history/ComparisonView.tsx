import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { changeText, figureName, figureText } from '../findings/figureText';
import { Said } from '../figures/Said';
import type { Comparison } from './api';
import words from '../../ui/words.module.css';
import styles from './history.module.css';

/** What a change did: each step with what it bought, and the figures that moved. */
export function ComparisonView({ comparison }: { comparison: Comparison | null }) {
  const { t, locale, language } = useI18n();
  const { nameOf } = useDrawing();
  if (!comparison) return <p className={words['quiet']}>{t('history.comparing')}</p>;
  const figures = listed(comparison);
  if (figures.length === 0 && comparison.steps.length === 0) return <p className={words['quiet']}>{t('history.same')}</p>;
  return (
    <>
      {comparison.steps.length > 0 && (
        <ul className={styles['steps']} aria-label={t('history.changes')}>
          {comparison.steps.map((step, index) => (
            <li key={index}>
              <strong>
                <Said text={language === 'ko' ? step.change_ko : step.change} />
              </strong>{' '}
              <Said text={language === 'ko' ? step.text_ko : step.text} />
            </li>
          ))}
        </ul>
      )}
      {figures.length === 0 ? (
        <p className={words['quiet']}>{t('history.same')}</p>
      ) : (
        <table className={styles['table']}>
          <thead>
            <tr>
              <th scope="col">{t('history.figure')}</th>
              <th scope="col">{t('history.before')}</th>
              <th scope="col">{t('history.after')}</th>
            </tr>
          </thead>
          <tbody>
            {figures.map((moved) => (
              <tr key={`${moved.scope}:${moved.element}:${moved.figure}`}>
                <th scope="row">
                  {figureName(moved.figure, t)}
                  {moved.element !== null && <span className={words['quiet']}> {nameOf(moved.element)}</span>}
                </th>
                <td>{figureText(moved.figure, moved.before, locale)}</td>
                <td
                  className={styles['moved']}
                  data-tone={moved.better === null ? undefined : moved.better ? 'good' : 'bad'}
                  title={moved.delta === null ? undefined : changeText(moved.figure, moved.delta, locale)}
                >
                  {figureText(moved.figure, moved.after, locale)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The figures worth a line: those of the design, and those of single flows where there are several. */
function listed({ figures }: Comparison): Comparison['figures'] {
  const flows = new Set(figures.filter((moved) => moved.scope === 'flow').map((moved) => moved.element));
  const whole = new Set(figures.filter((moved) => moved.scope === 'design').map((moved) => moved.figure));
  return figures.filter((moved) => moved.scope === 'design' || (moved.scope === 'flow' && (flows.size > 1 || !whole.has(moved.figure))));
}
