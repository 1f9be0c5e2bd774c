package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.HeapSize;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Codes of decimals of one scale. A set is written as the least unscaled value and then the
 * difference of each from the one before, as the number of bytes, a varint, and these, in two's
 * complement.
 */
final class DecimalCodes extends ValueCodes {

  private final Map<BigInteger, Integer> codes;
  private final List<BigInteger> values;

  DecimalCodes() {
    this(new HashMap<>(), new ArrayList<>());
  }

  private DecimalCodes(Map<BigInteger, Integer> codes, List<BigInteger> values) {
    this.codes = codes;
    this.values = values;
  }

  @Override
  DecimalCodes copy() {
    return new DecimalCodes(new HashMap<>(codes), new ArrayList<>(values));
  }

  @Override
  void encode(Column column, int count, int[] encoded) {
    DecimalColumn decimals = (DecimalColumn) column;
    for (int i = 0; i < count; i++) {
      BigDecimal value = decimals.get(i);
      encoded[i] = value == null ? Dictionary.NULL : encode(value.unscaledValue());
    }
  }

  private int encode(BigInteger unscaled) {
    Integer code = codes.putIfAbsent(unscaled, values.size());
    if (code != null) {
      return code;
    }
    values.add(unscaled);
    return values.size() - 1;
  }

  @Override
  int encode(ValueCodes other, int code) {
    return encode(((DecimalCodes) other).values.get(code));
  }

  @Override
  int size() {
    return values.size();
  }

  @Override
  int[] order(int[] some) {
    return Arrays.stream(some).mapToObj(values::get).sorted().mapToInt(codes::get).toArray();
  }

  @Override
  byte[] write(int[] sorted, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(count * 4);
    BigInteger before = BigInteger.ZERO;
    for (int i = 0; i < count; i++) {
      BigInteger value = values.get(sorted[i]);
      byte[] difference = value.subtract(before).toByteArray();
      writeVarint(difference.length, out);
      out.writeBytes(difference);
      before = value;
    }
    return out.toByteArray();
  }

  @Override
  void read(byte[] bytes, IntConsumer read) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    BigInteger value = BigInteger.ZERO;
    while (in.hasRemaining()) {
      byte[] difference = new byte[(int) readVarint(in)];
      in.get(difference);
      value = value.add(new BigInteger(difference));
      read.accept(encode(value));
    }
  }

  @Override
  long memoryBytes() {
    long entry = HeapSize.ofObject(3, Integer.BYTES) + HeapSize.ofObject(0, Integer.BYTES);
    int places = 3 * values.size(); // about: a list and a hash table that are partly filled
    return HeapSize.ofReferences(places)
        + entry * values.size()
        + HeapSize.ofAll(values.size(), values::get, HeapSize::of);
  }
}
