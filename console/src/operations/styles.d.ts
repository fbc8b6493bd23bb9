/** Style sheets that Vite puts into the page. */
declare module "*.css";
