import { useData, withBase } from 'vitepress';
import { defineComponent, h, onBeforeUnmount, onMounted, ref, watch } from 'vue';

/** A figure of the lab, which comes with the site, in a page; its picture where there are no scripts. */
export const LabFigure = defineComponent({
  props: {
    /** Of the lab's address: `#/figure?show=parts&spec=ce`. */
    hash: { type: String, required: true },
    alt: { type: String, required: true },
    image: { type: String, required: true },
  },
  setup(props) {
    const { isDark } = useData();
    const frame = ref<HTMLIFrameElement>();
    const isMounted = ref(false);
    const height = ref(480);
    let observer: ResizeObserver | undefined;

    const page = () => frame.value?.contentDocument ?? undefined;
    const setScheme = () => {
      const root = page()?.documentElement;
      if (root) root.dataset['scheme'] = isDark.value ? 'dark' : 'light';
    };
    /** As high as what it holds, so that it does not scroll by itself. */
    const fit = () => {
      const content = page()?.getElementById('main');
      if (content) height.value = Math.ceil(content.getBoundingClientRect().height) + 2;
    };
    const onload = () => {
      setScheme();
      observer?.disconnect();
      observer = new ResizeObserver(fit);
      const body = page()?.body;
      if (body) observer.observe(body);
    };

    onMounted(() => {
      isMounted.value = true;
    });
    onBeforeUnmount(() => observer?.disconnect());
    watch(isDark, setScheme);

    return () =>
      h('figure', { class: 'lab-figure' }, [
        isMounted.value
          ? h('iframe', {
              ref: frame,
              src: withBase(`/app/index.html${props.hash}`),
              title: props.alt,
              height: height.value,
              loading: 'lazy',
              onLoad: onload,
            })
          : h('img', { src: withBase(props.image), alt: props.alt }),
      ]);
  },
});
