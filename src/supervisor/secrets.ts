const SECRET_NAME =
  /SECRET|TOKEN|PASS(?:WORD|WD|PHRASE)?(?:_|$)|API_?KEY|PRIVATE|CREDENTIAL|ACCESS_?KEY|(?:^|_)(?:AUTH|PWD|KEY|DSN)$/i;
/** `postgres://user:password@host`. */
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i;

/** Whether a variable's value is better not shown: by its name, or because it is a URL with a password in it. */
export const isSecret = (name: string, value: string): boolean =>
  name !== 'PWD' && name !== 'OLDPWD' && (SECRET_NAME.test(name) || URL_WITH_PASSWORD.test(value));
