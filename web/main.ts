import './design/app.css';
import { mount } from 'svelte';
import App from './shell/App.svelte';
import { applyScheme, storedScheme } from './shell/scheme.ts';

applyScheme(storedScheme());
const target = document.getElementById('app');
if (target === null) throw new Error('internal: index.html has no element #app');
mount(App, { target });
