package dev.thrum.judges.bytecode;

import java.net.*; import java.nio.file.*; import java.util.*;
public class BulkMain { public static void main(String[] a) throws Exception {
  for (String s : a) { Bulk b; long t=System.nanoTime();
    if (s.startsWith("jrt:")) { b = new Bulk(BulkMain.class.getClassLoader(), "judged/"); b.checkAll(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", s.substring(4).split(":")[0]), Integer.parseInt(s.split(":")[2])); }
    else { Path p = Path.of(s); URLClassLoader l = new URLClassLoader(new URL[]{p.toUri().toURL()}, BulkMain.class.getClassLoader()); b = new Bulk(l, null); try (FileSystem f = FileSystems.newFileSystem(p)) { b.checkAll(f.getPath("/"), 1); } }
    System.out.println(s + ": " + b.summary()+" "+(System.nanoTime()-t)/1000000+" ms"); b.failures().stream().limit(12).forEach(System.out::println); }
}}
