import type { sweepsEn } from './sweeps.en';

/** Korean texts of trying one or two numbers at several values. */
export const sweepsKo: Readonly<Record<keyof typeof sweepsEn, string>> = {
  'sweeps.title': '여러 값으로 해 보기',
  'sweeps.intro': '값마다 시나리오를 한 번씩 실행하여 어디까지 견디고 얼마가 드는지 보여 줍니다.',
  'sweeps.element': '어느 요소의 값',
  'sweeps.number': '바꿀 값',
  'sweeps.run': '전체 트래픽',
  'sweeps.values': '값',
  'sweeps.values.hint': '쉼표로 구분하거나 범위로 적습니다. 10..50/10은 10, 20, 30, 40, 50입니다.',
  'sweeps.values.wrong': '1, 2, 4 또는 10..50/10처럼 허용되는 수를 50개까지 적으세요.',
  'sweeps.second': '두 번째 값도 바꾸기',
  'sweeps.remove': '그린 값 그대로 두기',
  'sweeps.start': '{count, plural, =0 {실행} other {#번 실행}}',
  'sweeps.cancel': '취소',
  'sweeps.many': '{count}번 실행해야 합니다. 한 번에 {most}번까지 가능합니다.',
  'sweeps.twice': '두 값이 같습니다. 다른 값을 고르세요.',
  'sweeps.result': '결과',
  'sweeps.progress': '{total}개 중 {done}개 계산됨',
  'sweeps.given_up': '{total}개 중 {done}개에서 취소됨',
  'sweeps.judged': '기준:',
  'sweeps.holds': '충족',
  'sweeps.fails': '미충족',
  'sweeps.failed': '계산 안 됨',
  'sweeps.chart': '{name}, {low}부터 {high}까지. p99 최대 {most}',
};
