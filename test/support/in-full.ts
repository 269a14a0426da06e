/** Whether tests of many rounds run all of them, as in `npm run test:slow`. Otherwise they run a few of each. */
export const inFull = process.env['TEST_IN_FULL'] === 'yes';
