// Loaded into the supervisor by NODE_OPTIONS: a bug that throws, when the test asks for it.
if (/cli\.js$/.test(process.argv[1] ?? '')) {
  process.on('SIGUSR2', () => {
    throw new Error('a bug');
  });
}
