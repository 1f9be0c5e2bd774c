package io.braid.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import io.braid.column.Translation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Codes of texts. A set is written in UTF-8, each text as how many bytes it has in common with the
 * start of the one before it, how many follow, both varints, and these.
 */
final class TextCodes extends ValueCodes {

  private final Dictionary texts;
  private final Translation translation;

  TextCodes() {
    this(new Dictionary());
  }

  private TextCodes(Dictionary texts) {
    this.texts = texts;
    this.translation = new Translation(texts);
  }

  @Override
  TextCodes copy() {
    return new TextCodes(texts.copy());
  }

  @Override
  void encode(Column column, int count, int[] codes) {
    StringColumn values = (StringColumn) column;
    translation.follow(values.dictionary());
    for (int i = 0; i < count; i++) {
      int code = values.code(i);
      codes[i] = code < 0 ? Dictionary.NULL : translation.code(code);
    }
  }

  @Override
  int encode(ValueCodes other, int code) {
    return texts.encode(((TextCodes) other).texts.text(code));
  }

  @Override
  int size() {
    return texts.size();
  }

  @Override
  int[] order(int[] codes) {
    String[] sorted = new String[codes.length];
    Arrays.setAll(sorted, i -> texts.text(codes[i]));
    Arrays.sort(sorted, CodePoints::compare);
    int[] order = new int[sorted.length];
    Arrays.setAll(order, i -> texts.find(sorted[i]));
    return order;
  }

  @Override
  byte[] write(int[] codes, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(count * 8);
    byte[] before = {};
    for (int i = 0; i < count; i++) {
      byte[] text = texts.text(codes[i]).getBytes(UTF_8);
      int mismatch = Arrays.mismatch(before, text);
      int common = mismatch < 0 ? text.length : mismatch;
      writeVarint(common, out);
      writeVarint(text.length - common, out);
      out.write(text, common, text.length - common);
      before = text;
    }
    return out.toByteArray();
  }

  @Override
  void read(byte[] bytes, IntConsumer codes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] text = new byte[64];
    while (in.hasRemaining()) {
      int common = (int) readVarint(in);
      int length = common + (int) readVarint(in);
      if (length > text.length) {
        text = Arrays.copyOf(text, Math.max(length, text.length * 2));
      }
      in.get(text, common, length - common);
      codes.accept(texts.encode(new String(text, 0, length, UTF_8)));
    }
  }

  @Override
  long memoryBytes() {
    return texts.memoryBytes() + translation.memoryBytes();
  }

  @Override
  void settle() {
    translation.forget();
  }
}
