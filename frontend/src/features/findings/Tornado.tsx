import { useI18n } from '../../i18n/useI18n';
import { NodeLink } from '../figures/NodeLink';
import { figureName, figureText } from './figureText';
import { useParamName } from './useFindingHelp';
import type { Bar, Report } from './report';
import styles from './Tornado.module.css';

/** The numbers that the answer depends on most, and how far the figures move within their bands. */
export function Tornado({ report }: { report: Report }) {
  const { t } = useI18n();
  if (report.tornado.length === 0) return null;
  return (
    <section>
      <h3>{t('findings.tornado')}</h3>
      <ul className={styles['tornado']}>
        {report.tornado.map((bar) => (
          <Row key={`${bar.element}:${bar.param}`} bar={bar} />
        ))}
      </ul>
    </section>
  );
}

function Row({ bar }: { bar: Bar }) {
  const { t, unit, locale } = useI18n();
  const name = useParamName(bar.element, bar.param);
  const number = (value: number): string => new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(value);
  const at = (end: Bar['at_low']): string => figureText(bar.moves, end[bar.moves] ?? null, locale);
  return (
    <li>
      <span className={styles['what']}>
        <NodeLink id={bar.element} /> {name}
      </span>
      <span className={styles['band']}>
        {number(bar.low)} – {number(bar.high)} {unit(bar.unit)}
      </span>
      <span className={styles['moves']}>
        {figureName(bar.moves, t)} {at(bar.at_low)} → {at(bar.at_high)}
      </span>
    </li>
  );
}
