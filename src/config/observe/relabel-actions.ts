/** What a rule of relabeling can do, as Prometheus has it. */
export const RELABEL_ACTIONS = [
  ...(['replace', 'keep', 'drop', 'hashmod', 'labelmap', 'labeldrop', 'labelkeep'] as const),
  ...(['lowercase', 'uppercase', 'keepequal', 'dropequal'] as const),
] as const;
