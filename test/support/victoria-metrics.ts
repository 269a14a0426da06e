/** New series can be seen only after ten seconds, unless VictoriaMetrics is told to. Another server does not mind. */
export const showNewSeries = (url: string): Promise<unknown> =>
  fetch(`${url}/internal/force_flush`).then(
    (response) => response.text(),
    () => null,
  );
