import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { useMarks } from '../../canvas/overlay';
import { formatShare } from '../figures/format';
import { NodeLink } from '../figures/NodeLink';
import { Said } from '../figures/Said';
import { ShareBar } from '../figures/ShareBar';
import { said, type Report, type Spof } from './report';
import words from '../../ui/words.module.css';
import styles from './sections.module.css';

/** What takes traffic down alone, the worst first, with the way that breaks. */
export function Spofs({ report }: { report: Report }) {
  const { t } = useI18n();
  if (report.spofs.length === 0) return <p className={styles['good']}>{t('findings.spofs.none')}</p>;
  const worst = [...report.spofs].sort((a, b) => b.loss_share - a.loss_share);
  return (
    <ul className={styles['list']}>
      {worst.map((spof) => (
        <SpofRow key={spof.component} spof={spof} />
      ))}
    </ul>
  );
}

function SpofRow({ spof }: { spof: Spof }) {
  const { t, locale, language } = useI18n();
  const { nameOf } = useDrawing();
  const point = (path: readonly string[]): void => useMarks.setState({ path: new Set(path) });
  return (
    <li
      className={styles['row']}
      onMouseEnter={() => point([...spof.path, spof.component])}
      onMouseLeave={() => point([])}
      onFocus={() => point([...spof.path, spof.component])}
      onBlur={() => point([])}
    >
      <div className={styles['rowHead']}>
        <NodeLink id={spof.component} />
        {spof.hidden && <span className={styles['tag']}>{t('findings.spofs.hidden')}</span>}
        <span className={styles['push']} />
        <ShareBar share={spof.loss_share} label={t('findings.spofs.lost', { share: formatShare(spof.loss_share, locale) })} />
      </div>
      {spof.path.length > 0 && (
        <p className={styles['path']} aria-label={t('findings.spofs.path')}>
          {spof.path.map((id, index) => (
            <span key={`${id}-${index}`}>
              {index > 0 && <span aria-hidden="true"> → </span>}
              <span className={id === spof.component ? styles['broken'] : undefined}>{nameOf(id)}</span>
            </span>
          ))}
        </p>
      )}
      <p className={words['quiet']}>
        <Said text={said(spof, language)} ids={[spof.component]} />
      </p>
      {spof.flows.length > 0 && <p className={words['quiet']}>{t('findings.spofs.flows', { flows: spof.flows.map(nameOf).join(', ') })}</p>}
    </li>
  );
}
