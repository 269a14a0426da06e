import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Api } from './browser/api.ts';
import { followPod } from './browser/follow-pod.ts';
import { takeToken } from './browser/session.ts';
import { PodState } from './state/pod-state.ts';

const token = takeToken();
const pod = new PodState((call) => void requestAnimationFrame(call));
const api = new Api(token ?? '');
if (token === null) pod.setLink('refused');
else void followPod(api, pod);

const place = document.querySelector('#page');
if (place === null) throw new Error('the page has no place for its content');
createRoot(place).render(<App api={api} pod={pod} />);
