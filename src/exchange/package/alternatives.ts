/** Ends of names for other ways to start the same app. */
const OTHER_WAY =
  /[:_-](debug|inspect|prod|production|staging|stage|ci|e2e|test|https?|ssl|local|remote|docker|no-\w+|without-\w+|with-\w+|mocks?|mocked|verbose|clean|fast|turbo|webpack|host|open|win|windows|linux|mac|preview)$/;

/** True for a script that starts the app in another way: as a sidecar it would be the app a second time. */
export const isAlternative = (name: string, line: string, primary: string): boolean =>
  OTHER_WAY.test(name) || (programOf(line) !== '' && programOf(line) === programOf(primary));

/** The program and its first argument, without variables before it and options behind it. */
const programOf = (line: string): string => {
  const words = line.replace(/^(\s*(cross-env\s+)?\w+=\S*\s+)+/, '').split(/\s+/);
  return words
    .filter((word) => word !== '' && !word.startsWith('-'))
    .slice(0, 2)
    .join(' ');
};
