import { useClient } from '../api/client-context.tsx';

interface PictureProps {
  /** From `dataRoutes`. */
  readonly route: string;
  readonly alt: string;
  /** Shows pixels as squares. */
  readonly exact?: boolean;
}

/** A square picture that is loaded when it comes into view; its place is kept from the start. */
export function Picture({ route, alt, exact = false }: PictureProps) {
  const client = useClient();
  return (
    <img
      className={exact ? 'picture picture-exact' : 'picture'}
      src={client.dataUrl(route)}
      alt={alt}
      loading="lazy"
      decoding="async"
    />
  );
}
