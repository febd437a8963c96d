/**
 * Arguments of Node under which packages cannot be found.
 * @param names a pattern of their names, such as `bullmq|ioredis`
 */
export function withoutPackages(names: string): string[] {
  const hooks = `
    export function resolve(specifier, context, next) {
      if (!/^(${names})$/.test(specifier)) return next(specifier, context);
      const error = new Error("Cannot find package '" + specifier + "' imported from\\nsomewhere");
      throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
  const register = `
    import { register } from 'node:module';
    register(${JSON.stringify(moduleOf(hooks))});`;
  return ['--import', moduleOf(register)];
}

const moduleOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
